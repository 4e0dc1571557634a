#include "tools/lark-healthcheck/kinds/nats.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "lib/config/checks.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/mistake.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr int k_nats = 4222;
// The list of a large cluster's addresses is in it.
constexpr std::size_t k_longest_info = 64u << 10;
constexpr int k_most_lines = 50;

bool is_url(const std::string& text) {
    return text.starts_with("http://") || text.starts_with("https://");
}

struct Info {
    std::string version;
    bool login_required = false;
    bool tls_required = false;
    bool tls_available = false;
    bool leaving = false;  // lame duck mode: clients are sent away
};

bool flag_at(const simdjson::dom::element& object, std::string_view key) {
    bool flag = false;
    return object[key].get(flag) == simdjson::SUCCESS && flag;
}

Info read_info(Stream& stream) {
    const std::string line = stream.read_line(k_longest_info);
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (!line.starts_with("INFO ") ||
        parser.parse(line.substr(5)).get(root) != simdjson::SUCCESS ||
        !root.is_object()) {
        throw unavailable("the answer is not NATS: '" +
                          text::excerpt(line, 60) + "'");
    }
    std::string_view version;
    if (root["version"].get(version) != simdjson::SUCCESS) {
        throw unavailable("the server's INFO names no version");
    }
    return {text::excerpt(version, 20), flag_at(root, "auth_required"),
            flag_at(root, "tls_required"), flag_at(root, "tls_available"),
            flag_at(root, "ldm")};
}

}  // namespace

void Nats::declare(config::OptionSet& set, const Check& check) {
    declare_address(set, m_address, k_nats)
        .help(
            "host:port of the server, the port is 4222 unless given; or the "
            "URL of its monitor, to ask nothing else")
        .check([](const std::string& value) -> std::optional<std::string> {
            if (is_url(value)) {
                return config::check_web_address(value);
            }
            try {
                endpoint_of(value, k_nats);
                return std::nullopt;
            } catch (const errors::Error&) {
                return "must be host:port or a URL, not '" +
                       text::excerpt(value, 120) + "'";
            }
        });
    declare_ip_version(set, m_ip_version);
    set.add("monitor-url", m_monitor_url)
        .help("the server's monitoring port, which is asked, too")
        .check(config::check_web_address)
        .placeholder("URL")
        .sample("http://127.0.0.1:8222");
    declare_login(set, check);
    declare_tls(set, m_tls);
    declare_nats_limits(set, m_limits);
    set.after_loading([this, &check]() -> config::Found {
        if (!m_limits.wanted() || !monitor().empty()) {
            return {};
        }
        return mistake(check, "limits and subjects need 'monitor_url'",
                       "start the server with -m 8222 and name that port");
    });
}

void Nats::declare_login(config::OptionSet& set, const Check& check) {
    set.add("user", m_user)
        .help("who logs in; nobody if empty")
        .placeholder("NAME");
    declare_secret(set, check, "password", m_password);
    declare_secret(set, check, "token", m_token);
    set.add("tls", m_encrypted)
        .help("must be under TLS; used in any case where the server wants it");
}

bool Nats::monitor_only() const {
    return is_url(m_address);
}

std::string Nats::monitor() const {
    std::string url = monitor_only() ? m_address : m_monitor_url;
    config::drop_last_slashes(url);
    return url;
}

bool Nats::may_log_in() const {
    return !m_user.empty() || !m_token.empty();
}

std::string Nats::describe() const {
    const std::string spoken =
        monitor_only() ? ""
                       : fmt::format("connects to {} and sends PING",
                                     endpoint_of(m_address, k_nats).str());
    const std::string asked =
        monitor().empty() ? "" : "asks the monitor at " + monitor();
    return spoken + (spoken.empty() || asked.empty() ? "" : ", ") + asked;
}

std::string Nats::connect_line(bool encrypted) const {
    text::JsonWriter json;
    json.begin_object()
        .field("verbose", false)
        .field("pedantic", false)
        .field("tls_required", encrypted)
        .field("name", "lark-healthcheck")
        .field("lang", "c++")
        .field("version", LARK_BATCH_VERSION)
        .field("protocol", 1);
    if (!m_user.empty()) {
        json.field("user", m_user).field("pass", m_password.reveal());
    }
    if (!m_token.empty()) {
        json.field("auth_token", m_token.reveal());
    }
    return "CONNECT " + json.end_object().str() + "\r\n";
}

// Until PONG; a server may send other lines before it.
void Nats::ping(Stream& stream, bool encrypted) const {
    stream.write(connect_line(encrypted) + "PING\r\n");
    for (int at = 0; at < k_most_lines; ++at) {
        const std::string line = stream.read_line(k_longest_info);
        if (line == "PONG") {
            return;
        }
        if (line.starts_with("-ERR")) {
            throw unavailable("the server refuses: " +
                              text::excerpt(text::trim(line.substr(4)), 80));
        }
        if (line == "PING") {
            stream.write("PONG\r\n");
        }
    }
    throw unavailable("no PONG among the server's answers");
}

void Nats::speak(const Surroundings& around, const clock::Deadline& deadline,
                 Finding& finding) const {
    const Endpoint endpoint = endpoint_of(m_address, k_nats);
    Stream stream{endpoint, m_ip_version, deadline};
    const Info info = read_info(stream);
    const bool encrypted = m_encrypted || info.tls_required;
    if (m_encrypted && !info.tls_required && !info.tls_available) {
        throw unavailable("the server does not offer TLS");
    }
    if (encrypted && !secure(stream, m_tls, endpoint, around, finding)) {
        return;
    }
    if (info.login_required && !may_log_in()) {
        throw unavailable("the server wants a login, and none is configured");
    }
    ping(stream, encrypted);
    finding.ok("version " + info.version + " answers");
    if (info.leaving) {
        finding.note(State::warning,
                     "the server is in lame duck mode: it is shutting down");
    }
}

Finding Nats::probe(const Surroundings& around,
                    const clock::Deadline& deadline) const {
    Finding finding;
    if (!monitor_only()) {
        speak(around, deadline, finding);
    }
    if (!monitor().empty()) {
        look_at_monitor(monitor(), m_limits, around, deadline, finding);
    }
    return finding;
}

}  // namespace lark_batch::healthcheck
