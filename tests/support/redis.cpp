#include "tests/support/redis.hpp"

#include <stdexcept>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

RedisServer::RedisServer(const std::vector<std::string>& arguments,
                         const std::optional<CertificateFiles>& tls)
    : m_port(free_port()), m_process(start(arguments, tls)) {
    const auto ready = [this] {
        return !m_process.running() || listening(m_port);
    };
    if (!until(ready) || !m_process.running()) {
        throw std::runtime_error("Redis does not start: " + m_process.out());
    }
}

Process RedisServer::start(const std::vector<std::string>& arguments,
                           const std::optional<CertificateFiles>& tls) const {
    give_to(m_dir.path(), server_user());
    const std::string port = std::to_string(m_port);
    Command command;
    command.argv = {find_program("redis-server", "redis-server"),
                    "--bind",
                    "127.0.0.1",
                    "--dir",
                    m_dir.path(),
                    "--save",
                    "",
                    "--appendonly",
                    "no"};
    const std::vector<std::string> where =
        tls ? std::vector<std::string>{"--port",
                                       "0",
                                       "--tls-port",
                                       port,
                                       "--tls-cert-file",
                                       tls->certificate,
                                       "--tls-key-file",
                                       tls->key,
                                       "--tls-auth-clients",
                                       "no",
                                       "--tls-ca-cert-file",
                                       tls->certificate}
            : std::vector<std::string>{"--port", port};
    command.argv.insert(command.argv.end(), where.begin(), where.end());
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.user = server_user();
    command.working_dir = m_dir.path();
    return Process{command};
}

std::string RedisServer::ask(std::vector<std::string> words) const {
    words.insert(words.begin(), {find_program("redis-cli", "redis-tools"), "-p",
                                 std::to_string(m_port)});
    std::string out = run(words).out;
    if (out.ends_with('\n')) {
        out.pop_back();
    }
    return out;
}

}  // namespace lark_batch::test
