#include "lib/http/url.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"

using namespace lark_batch;
using http::checked_base_url;
using http::host_of;
using http::is_loopback;
using http::scheme_of;

namespace {

std::string refusal(std::string_view url) {
    try {
        return "accepted: " + checked_base_url("base_url", url);
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        return error.what();
    }
}

}  // namespace

TEST_CASE("url: scheme and host are found") {
    CHECK(scheme_of("https://a.example:8443/x?y#z") == "https");
    CHECK(host_of("https://a.example:8443/x?y#z") == "a.example");
    CHECK(host_of("http://[::1]:80/") == "::1");
    CHECK(host_of("http://user:pw@b.example?q") == "b.example");
    CHECK(host_of("b.example") == "");
    CHECK(host_of("http://[::1") == "::1");
    CHECK(scheme_of("b.example") == "");
}

TEST_CASE("url: the origin has a port and no capitals") {
    CHECK(http::origin_of("https://A.Example/x") == "https://a.example:443");
    CHECK(http::origin_of("HTTP://u:p@a.example?x=@:9") ==
          "http://a.example:80");
    CHECK(http::origin_of("http://[::1]:81/") == "http://::1:81");
    CHECK(http::origin_of("http://[::1]/") == "http://::1:80");
}

TEST_CASE("url: loopback is judged by the text") {
    CHECK(is_loopback("localhost"));
    CHECK(is_loopback("127.0.0.1"));
    CHECK(is_loopback("127.8.9.10"));
    CHECK(is_loopback("::1"));
    CHECK_FALSE(is_loopback("127.example.org"));
    CHECK_FALSE(is_loopback("127.0.0.1.example.org"));
    CHECK_FALSE(is_loopback("localhost.example.org"));
    CHECK_FALSE(is_loopback("10.0.0.1"));
}

TEST_CASE("url: query values are percent-encoded exactly once") {
    std::string url = "http://h/p";
    http::append_query(url, {{"user_ids", "a"}, {"user_ids", "b c"}});
    http::append_query(url, {{"page_token", "AQ+/=%2B"}});
    CHECK(url ==
          "http://h/p?user_ids=a&user_ids=b%20c"
          "&page_token=AQ%2B%2F%3D%252B");
}

TEST_CASE("url: a base URL is https, or plain http on loopback") {
    CHECK(checked_base_url("base_url", "https://open.feishu.cn//") ==
          "https://open.feishu.cn");
    CHECK(checked_base_url("base_url", "http://127.0.0.1:8000") ==
          "http://127.0.0.1:8000");
    CHECK(refusal("http://open.feishu.cn") ==
          "base_url 'http://open.feishu.cn' must be https: plain http is for "
          "loopback only");
    CHECK(refusal("ftp://h") ==
          "base_url 'ftp://h' is not an http or https "
          "URL");
    CHECK(refusal("open.feishu.cn").ends_with("is not an http or https URL"));
    CHECK(refusal("https://").ends_with("is not an http or https URL"));
    CHECK(refusal("https://h?x=1").ends_with("fragment or blank"));
}

TEST_CASE("url: a password in a base URL is refused and not repeated") {
    const std::string message = refusal("https://u:pw-1234@h/");
    CHECK(message.starts_with("base_url (hidden) must have no user"));
    CHECK(message.find("pw-1234") == std::string::npos);
}
