#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

struct RabbitWish {
    // As rabbitmqctl export_definitions writes it: users with "password",
    // vhosts, permissions, queues.
    std::string definitions = "{}";
    std::optional<CertificateFiles> tls{};
};

// A RabbitMQ broker on free loopback ports, without plugins. Takes some five
// seconds to start: start it once. It and its port mapper end with the test.
class RabbitServer {
public:
    explicit RabbitServer(const RabbitWish& wish = {});
    ~RabbitServer();
    RabbitServer(const RabbitServer&) = delete;
    RabbitServer& operator=(const RabbitServer&) = delete;

    // Waits until it is ready.
    void await();

    int port() const { return m_port; }
    int tls_port() const { return m_tls_port; }
    std::string address() const {
        return "127.0.0.1:" + std::to_string(m_port);
    }

private:
    void configure(const RabbitWish& wish) const;
    Process start_mapper() const;
    Process start_broker() const;

    TempDir m_dir;
    int m_port;
    int m_tls_port;
    int m_mapper_port;
    int m_node_port;
    std::optional<Process> m_mapper;
    std::optional<Process> m_broker;
};

}  // namespace lark_batch::test
