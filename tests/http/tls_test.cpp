#include <doctest/doctest.h>

#include <string>

#include "lib/http/http.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace lark_batch;
using http::Fault;
using http::Response;
using http::Settings;

namespace {

// An https server with a certificate of its own making, for "localhost".
class TlsServer {
public:
    TlsServer() : m_port(test::free_port()), m_process(start()) {
        test::wait_for("openssl s_server",
                       [this] { return test::listening(m_port); });
    }

    std::string certificate() const { return m_dir / "cert.pem"; }
    std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(m_port) + "/";
    }

private:
    test::Process start() {
        const std::string openssl = test::find_program("openssl", "openssl");
        const std::string key = m_dir / "key.pem";
        const auto made = test::run(
            {openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", key, "-out", certificate(), "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"});
        REQUIRE(made.exit_code == 0);
        test::Command command;
        command.argv = {openssl, "s_server", "-accept", std::to_string(m_port),
                        "-key",  key,        "-cert",   certificate(),
                        "-www",  "-quiet"};
        return test::Process{command};
    }

    test::TempDir m_dir;
    int m_port;
    test::Process m_process;
};

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
