#include <doctest/doctest.h>

#include <string>

#include "lib/http/http.hpp"
#include "tests/support/tls_server.hpp"

using namespace lark_batch;
using http::Fault;
using http::Response;
using http::Settings;
using test::TlsServer;

namespace {

Response fetch(const std::string& url, const std::string& ca_file) {
    Settings settings;
    settings.ca_file = ca_file;
    http::Client client{settings};
    http::Request request;
    request.url = url;
    return client.fetch(request);
}

}  // namespace

TEST_CASE("http: a certificate counts only when its signer is trusted") {
    const TlsServer server;
    const std::string url = server.url("localhost");
    CHECK(fetch(url, server.certificate()).status == 200);
    CHECK(fetch(url, "").fault == Fault::tls);
    CHECK(fetch(url, "/nonexistent/ca.pem").fault == Fault::tls);
}

TEST_CASE("http: a certificate for another host is refused") {
    const TlsServer server;
    const Response response =
        fetch(server.url("127.0.0.1"), server.certificate());
    CHECK(response.fault == Fault::tls);
    CHECK(response.fault_text.find("127.0.0.1") != std::string::npos);
}
