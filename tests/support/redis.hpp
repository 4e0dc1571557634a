#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

// A Redis server on a free loopback port, with nothing in it.
class RedisServer {
public:
    // Further arguments, {"--requirepass", "secret"}; TLS on the port if
    // files of a certificate are given.
    explicit RedisServer(const std::vector<std::string>& arguments = {},
                         const std::optional<CertificateFiles>& tls = {});

    int port() const { return m_port; }
    std::string address() const {
        return "127.0.0.1:" + std::to_string(m_port);
    }
    // By redis-cli; the answer without its line feed.
    std::string ask(std::vector<std::string> words) const;
    Process& process() { return m_process; }

private:
    Process start(const std::vector<std::string>& arguments,
                  const std::optional<CertificateFiles>& tls) const;

    TempDir m_dir;
    int m_port;
    Process m_process;
};

}  // namespace lark_batch::test
