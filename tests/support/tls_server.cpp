#include "tests/support/tls_server.hpp"

#include <stdexcept>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

void make(const std::vector<std::string>& argv) {
    const Finished made = run(argv);
    if (made.exit_code != 0) {
        throw std::runtime_error("no certificate: " + made.err);
    }
}

}  // namespace

TlsServer::TlsServer(int days) : m_port(free_port()), m_process(start(days)) {
    wait_for("openssl s_server", [this] { return listening(m_port); });
}

Process TlsServer::start(int days) const {
    const std::string openssl = find_program("openssl", "openssl");
    const std::string key = m_dir / "key.pem";
    make({openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt",
          "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
          certificate(), "-days", "2", "-subj", "/CN=localhost", "-addext",
          "subjectAltName=DNS:localhost"});
    // Only this command takes a negative number.
    make({openssl, "x509", "-in", certificate(), "-signkey", key, "-days",
          std::to_string(days), "-out", certificate()});
    Command command;
    command.argv = {openssl, "s_server", "-accept", std::to_string(m_port),
                    "-key",  key,        "-cert",   certificate(),
                    "-www",  "-quiet"};
    return Process{command};
}

}  // namespace lark_batch::test
