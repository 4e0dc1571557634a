// A new pair that no database took: sealed, in the state directory, until the
// next program that handles tokens stores it. The refresh token before it is
// spent, so without this line its person would have to log in again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/clock/clock.hpp"
#include "lib/db/token_rotation.hpp"

namespace lark_batch::tokens {

// One line; `now` turns the pair's lives into moments.
std::string spool_line(const db::Ended& ended, clock::WallTime now);

// Nothing for a line that spool_line() cannot have written.
std::optional<db::Ended> read_spool_line(std::string_view line,
                                         clock::WallTime now);

}  // namespace lark_batch::tokens
