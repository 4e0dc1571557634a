#pragma once

#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

// A NATS server and its monitor on free loopback ports.
class NatsServer {
public:
    // Further arguments: {"--user", "app", "--pass", "secret"}.
    explicit NatsServer(const std::vector<std::string>& arguments = {});

    std::string address() const {
        return "127.0.0.1:" + std::to_string(m_port);
    }
    int port() const { return m_port; }
    std::string monitor_url() const {
        return "http://127.0.0.1:" + std::to_string(m_monitor_port);
    }
    Process& process() { return m_process; }

private:
    Process start(const std::vector<std::string>& arguments) const;

    TempDir m_dir;
    int m_port;
    int m_monitor_port;
    Process m_process;
};

}  // namespace lark_batch::test
