#include "tests/support/local_server.hpp"

#include <stdexcept>

#include "tests/support/http_get.hpp"
#include "tests/support/ports.hpp"

namespace lark_batch::test {

LocalServer::LocalServer() : m_port(free_port()) {
    give_to(m_dir.path(), server_user());
}

std::string LocalServer::url() const {
    return "http://127.0.0.1:" + std::to_string(m_port);
}

std::string LocalServer::get(const std::string& path) const {
    return http_get(url() + path).body;
}

void LocalServer::start() {
    m_command.user = server_user();
    m_command.working_dir = m_dir.path();
    m_command.out_file = log();
    m_command.err_file = log();
    m_process.emplace(m_command);
    const auto ready = [&] {
        return !m_process->running() ||
               http_get(url() + m_ready_path).status == 200;
    };
    if (!until(ready, std::chrono::seconds{20}) || !m_process->running()) {
        throw std::runtime_error("'" + m_command.argv.front() +
                                 "' does not start: " + read_file(log()));
    }
}

void LocalServer::stop() {
    if (m_process) {
        m_process->terminate();
        m_process.reset();
    }
}

void LocalServer::kill9() {
    if (m_process) {
        m_process->kill9();
        m_process.reset();
    }
}

}  // namespace lark_batch::test
