// Whether Lark still has the app enabled.
// https://open.larksuite.com/document/uAjLw4CM/ukTMukTMukTM/reference/application-v6/application/get
#pragma once

#include <functional>

#include "lib/lark/client.hpp"
#include "tools/lark-check-tokens/report.hpp"

namespace lark_batch::check_tokens {

inline constexpr const char* k_application_api =
    "/open-apis/application/v6/applications/:app_id";

// Unknown when Lark does not say: most apps lack the scope for this call.
AppStatus app_status(lark::Client& client, const std::function<void()>& tick);

}  // namespace lark_batch::check_tokens
