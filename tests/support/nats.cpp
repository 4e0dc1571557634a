#include "tests/support/nats.hpp"

#include <filesystem>
#include <stdexcept>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

// Debian puts it where the PATH of people does not lead.
std::string nats_program() {
    const char* const usual = "/usr/sbin/nats-server";
    return std::filesystem::exists(usual)
               ? usual
               : find_program("nats-server", "nats-server").string();
}

}  // namespace

NatsServer::NatsServer(const std::vector<std::string>& arguments)
    : m_port(free_port()),
      m_monitor_port(free_port()),
      m_process(start(arguments)) {
    const auto ready = [this] {
        return !m_process.running() ||
               (listening(m_port) && listening(m_monitor_port));
    };
    if (!until(ready) || !m_process.running()) {
        throw std::runtime_error("NATS does not start: " + m_process.err());
    }
}

Process NatsServer::start(const std::vector<std::string>& arguments) const {
    give_to(m_dir.path(), server_user());
    Command command;
    command.argv = {nats_program(),
                    "-a",
                    "127.0.0.1",
                    "-p",
                    std::to_string(m_port),
                    "-m",
                    std::to_string(m_monitor_port)};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.user = server_user();
    command.working_dir = m_dir.path();
    return Process{command};
}

}  // namespace lark_batch::test
