#include "lib/lark/access.hpp"

#include <optional>

namespace lark_batch::lark {

void check_access(Client& client, const std::function<void()>& tick) {
    constexpr const char* k_scopes = "/open-apis/contact/v3/scopes";
    std::optional<errors::Error> refusal;
    client.get(
        {k_scopes, k_scopes, {{"page_size", "1"}}}, [](const Client::Data&) {},
        [&](const Failure& failure) { refusal = failure.error; });
    client.run(tick);
    if (refusal) {
        throw errors::Error{*refusal};
    }
}

}  // namespace lark_batch::lark
