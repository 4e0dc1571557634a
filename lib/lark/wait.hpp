// How long to wait before a call is repeated. Private to lib/lark.
#pragma once

#include <optional>

#include "lib/clock/clock.hpp"
#include "lib/http/http.hpp"
#include "lib/lark/errors.hpp"

namespace lark_batch::lark {

// What the answer asks for: x-ogw-ratelimit-reset, else Retry-After, both in
// seconds from now.
std::optional<clock::Duration> server_wait(const http::Response& response);

// Nothing when enough was tried. A rate limit is waited out with more
// patience than a fault: it ends by itself, and the run's deadline bounds it.
std::optional<clock::Duration> wait_before_next(const Verdict& verdict,
                                                const http::Response& response,
                                                int attempts,
                                                clock::Duration spent);

}  // namespace lark_batch::lark
