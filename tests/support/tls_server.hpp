// An https server, `openssl s_server`, with a certificate of its own making.
#pragma once

#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

class TlsServer {
public:
    // For "localhost", signed by itself, for so many days from now; a
    // negative number makes one that has expired.
    explicit TlsServer(int days = 2);

    std::string certificate() const { return m_dir / "cert.pem"; }
    int port() const { return m_port; }
    std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(m_port) + "/";
    }

private:
    Process start(int days) const;

    TempDir m_dir;
    int m_port;
    Process m_process;
};

}  // namespace lark_batch::test
