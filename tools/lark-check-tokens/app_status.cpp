#include "tools/lark-check-tokens/app_status.hpp"

#include <simdjson.h>

#include "lib/text/strings.hpp"

namespace lark_batch::check_tokens {

namespace {

// https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/application-v6/application/get
constexpr std::int64_t k_enabled = 1;
constexpr std::int64_t k_unknown = 3;
// "The app is disabled or not installed in this tenant", at any call.
constexpr long long k_not_in_use = 99991662;

AppStatus status_of(const lark::Client::Data& data) {
    std::int64_t status = k_unknown;
    if (data["app"]["status"].get(status) != simdjson::SUCCESS ||
        status == k_unknown) {
        return AppStatus::unknown;
    }
    return status == k_enabled ? AppStatus::enabled : AppStatus::not_enabled;
}

}  // namespace

AppStatus app_status(lark::Client& client, const std::function<void()>& tick) {
    AppStatus status = AppStatus::unknown;
    lark::Call call;
    call.api = k_application_api;
    call.path = "/open-apis/application/v6/applications/" +
                text::percent_encode(client.app().app_id);
    call.query = {{"lang", "en_us"}};
    client.get(
        std::move(call),
        [&](const lark::Client::Data& data) { status = status_of(data); },
        [&](const lark::Failure& failure) {
            if (failure.code == k_not_in_use) {
                status = AppStatus::not_enabled;
            }
        });
    client.run(tick);
    return status;
}

}  // namespace lark_batch::check_tokens
