#include "lib/notify/address.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"

using namespace lark_batch;

namespace {

config::ChannelSettings channel_at(const std::string& url) {
    config::ChannelSettings channel;
    channel.name = "ops";
    channel.url = text::Secret{url};
    return channel;
}

}  // namespace

TEST_CASE("address: https, and plain http to this machine") {
    for (const std::string right :
         {"https://open.feishu.cn/open-apis/bot/v2/hook/x?y=z",
          "http://127.0.0.1:8080/hook", "http://localhost/"}) {
        CHECK(notify::checked_address(channel_at(right)).reveal() == right);
    }
}

TEST_CASE("address: what is refused is not repeated") {
    for (const std::string wrong :
         {"http://open.feishu.cn/hook/hunter2", "https:///hunter2",
          "ftp://127.0.0.1/hunter2", "https://x/hunter2 y", "hunter2", ""}) {
        CAPTURE(wrong);
        try {
            notify::checked_address(channel_at(wrong));
            FAIL("accepted");
        } catch (const errors::Error& error) {
            CHECK(error.kind() == errors::Kind::config);
            CHECK(std::string{error.what()} ==
                  "channel 'ops': the 'url' is no https address");
            CHECK(error.hint().find("hunter2") == std::string::npos);
        }
    }
}
