#include "lib/http/details.hpp"

#include <doctest/doctest.h>

#include "tests/support/http_server.hpp"
#include "tests/support/tls_server.hpp"

using namespace lark_batch;
using http::Extras;
using http::Request;
using http::Response;

namespace {

Response fetch(const std::string& url, Extras extras) {
    http::Client client{http::Settings{}};
    Request request;
    request.url = url;
    request.extras = std::move(extras);
    return client.fetch(std::move(request));
}

}  // namespace

TEST_CASE("details: a certificate's date is read, other texts are none") {
    const auto date = http::parse_certificate_date("Nov  2 08:50:42 2026 GMT");
    REQUIRE(date);
    CHECK(clock::format_utc(*date) == "2026-11-02T08:50:42.000Z");
    CHECK_FALSE(http::parse_certificate_date("2026-11-02"));
    CHECK_FALSE(http::parse_certificate_date("Nov  2 08:50:42 2026 GMT x"));
    CHECK_FALSE(http::parse_certificate_date(""));
}

TEST_CASE("details: stages follow each other, the server has an address") {
    test::HttpServer server{[](const test::HttpRequest&) {
        return test::Reply{.delay = test::Milliseconds{20}};
    }};
    const Response response = fetch(server.url() + "/", Extras{});
    REQUIRE(response.details);
    const http::Details& details = *response.details;
    CHECK(details.connected >= details.resolved);
    CHECK(details.secured == 0);
    CHECK(details.first_byte >= 0.02);
    CHECK(details.first_byte <=
          std::chrono::duration<double>(response.elapsed).count());
    CHECK(details.address == "127.0.0.1");
    CHECK(details.host == "127.0.0.1");
    CHECK_FALSE(details.certificate);
}

TEST_CASE("details: a certificate is told when it is asked for") {
    const test::TlsServer server;
    const std::string url = server.url("localhost");
    Extras extras;
    extras.ca_file = server.certificate();
    CHECK_FALSE(fetch(url, extras).details->certificate);
    extras.certificate = true;
    const Response response = fetch(url, extras);
    REQUIRE(response.status == 200);
    REQUIRE(response.details->certificate);
    CHECK(response.details->secured >= response.details->connected);
    const http::Certificate& shown = *response.details->certificate;
    CHECK(shown.subject == "CN = localhost");
    CHECK(shown.issuer == "CN = localhost");
    CHECK(shown.names == "DNS:localhost");
    REQUIRE(shown.expires_at);
    const auto left = *shown.expires_at - clock::system_clock().now();
    CHECK(left > std::chrono::hours{47});
    CHECK(left <= std::chrono::hours{48});
}

TEST_CASE("details: a request without extras has none") {
    test::HttpServer server{
        [](const test::HttpRequest&) { return test::Reply{}; }};
    http::Client client{http::Settings{}};
    CHECK_FALSE(client.fetch({"GET", server.url() + "/", {}, {}}).details);
}
