#include "tests/support/rabbitmq.hpp"

#include <unistd.h>
#include <stdexcept>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

// The wrapper in PATH changes user and folder; this one does neither.
const std::string k_broker = "/usr/lib/rabbitmq/bin/rabbitmq-server";

std::string broker_user() {
    return geteuid() == 0 ? "rabbitmq" : "";
}

std::string broker_program() {
    if (access(k_broker.c_str(), X_OK) != 0) {
        throw std::runtime_error("no " + k_broker +
                                 " (install rabbitmq-server)");
    }
    return k_broker;
}

}  // namespace

RabbitServer::RabbitServer(const RabbitWish& wish)
    : m_port(free_port()),
      m_tls_port(free_port()),
      m_mapper_port(free_port()),
      m_node_port(free_port()) {
    configure(wish);
    give_to(m_dir.path(), broker_user());
    // Else the broker starts one that outlives it.
    m_mapper.emplace(start_mapper());
    wait_for("epmd", [this] { return listening(m_mapper_port); });
    m_broker.emplace(start_broker());
}

// A clean end takes six seconds.
RabbitServer::~RabbitServer() {
    m_broker->kill9();
    m_mapper->kill9();
}

void RabbitServer::configure(const RabbitWish& wish) const {
    const auto on = [](int port) {
        return "127.0.0.1:" + std::to_string(port) + "\n";
    };
    std::string text = "listeners.tcp.1 = " + on(m_port) +
                       "log.console = true\nlog.file = false\n"
                       "vm_memory_high_watermark.absolute = 512MB\n"
                       "load_definitions = " +
                       (m_dir / "definitions.json").string() + "\n";
    if (wish.tls) {
        text += "listeners.ssl.1 = " + on(m_tls_port) +
                "ssl_options.cacertfile = " + wish.tls->certificate +
                "\nssl_options.certfile = " + wish.tls->certificate +
                "\nssl_options.keyfile = " + wish.tls->key +
                "\nssl_options.verify = verify_none\n";
    }
    m_dir.write("rabbitmq.conf", text);
    m_dir.write("definitions.json", wish.definitions);
    m_dir.write("enabled_plugins", "[].\n");
    // Without it Erlang starts a resolver that outlives it.
    m_dir.write("inetrc",
                "{lookup,[file]}.\n{host,{127,0,0,1},[\"localhost\"]}.\n");
}

Process RabbitServer::start_mapper() const {
    Command command;
    command.argv = {find_program("epmd", "erlang-base"), "-port",
                    std::to_string(m_mapper_port), "-address", "127.0.0.1"};
    command.user = broker_user();
    command.working_dir = m_dir.path();
    return Process{command};
}

Process RabbitServer::start_broker() const {
    const auto in = [this](const char* name) {
        return (m_dir / name).string();
    };
    Command command;
    command.argv = {broker_program()};
    command.env = {
        {"HOME", m_dir.path()},
        {"RABBITMQ_NODENAME", "test" + std::to_string(m_port) + "@localhost"},
        {"RABBITMQ_CONFIG_FILE", in("rabbitmq.conf")},
        {"RABBITMQ_MNESIA_BASE", in("mnesia")},
        {"RABBITMQ_LOG_BASE", in("log")},
        {"RABBITMQ_ENABLED_PLUGINS_FILE", in("enabled_plugins")},
        {"RABBITMQ_PID_FILE", in("pid")},
        {"RABBITMQ_CONF_ENV_FILE", in("none.conf")},
        {"RABBITMQ_DIST_PORT", std::to_string(m_node_port)},
        {"ERL_EPMD_PORT", std::to_string(m_mapper_port)},
        {"ERL_EPMD_ADDRESS", "127.0.0.1"},
        {"ERL_INETRC", in("inetrc")},
        {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
         "-kernel inet_dist_use_interface {127,0,0,1}"}};
    command.user = broker_user();
    command.working_dir = m_dir.path();
    command.out_file = in("server.log");
    command.err_file = in("server.log");
    return Process{command};
}

// It listens last of all.
void RabbitServer::await() {
    const auto ready = [this] {
        return !m_broker->running() || listening(m_port);
    };
    if (!until(ready, std::chrono::seconds{60}) || !m_broker->running()) {
        throw std::runtime_error("RabbitMQ does not start: " +
                                 read_file(m_dir / "server.log"));
    }
}

}  // namespace lark_batch::test
