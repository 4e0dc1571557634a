#include "tools/lark-healthcheck/kinds/redis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/data_label.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr int k_redis = 6379;

// "used_memory:1048576" in lines, with headings in between.
std::map<std::string, std::string> facts_of(const std::string& info) {
    std::map<std::string, std::string> facts;
    for (const std::string& line : text::split(info, '\n')) {
        const auto colon = line.find(':');
        if (colon != std::string::npos && line.front() != '#') {
            facts[line.substr(0, colon)] =
                std::string{text::trim(line.substr(colon + 1))};
        }
    }
    return facts;
}

std::string fact(const std::map<std::string, std::string>& facts,
                 const std::string& name) {
    const auto found = facts.find(name);
    return found == facts.end() ? "" : found->second;
}

double number(const std::map<std::string, std::string>& facts,
              const std::string& name) {
    return static_cast<double>(
        text::parse_integer(fact(facts, name)).value_or(0));
}

// The command that counts what a key of that type holds.
std::string count_command(const std::string& type) {
    static const std::map<std::string, std::string> k_commands{
        {"list", "LLEN"},
        {"stream", "XLEN"},
        {"set", "SCARD"},
        {"zset", "ZCARD"},
        {"hash", "HLEN"}};
    const auto found = k_commands.find(type);
    return found == k_commands.end() ? "" : found->second;
}

// Nothing counts as empty: queues come and go with their first element.
double length_of(RedisDialogue& dialogue, const std::string& key) {
    const std::string type = dialogue.demand({"TYPE", key}).text;
    if (type == "none") {
        return 0;
    }
    const std::string command = count_command(type);
    if (command.empty()) {
        throw unavailable(fmt::format("key '{}' is a {}, which has no length",
                                      text::excerpt(key, 80),
                                      text::excerpt(type, 20)));
    }
    return static_cast<double>(dialogue.demand({command, key}).number);
}

void judge_disk(const std::map<std::string, std::string>& facts,
                Finding& finding) {
    if (fact(facts, "rdb_last_bgsave_status") == "err") {
        finding.note(State::warning, "the last snapshot to disk failed");
    }
    if (fact(facts, "aof_last_write_status") == "err") {
        finding.note(State::warning,
                     "the last write to the log on disk failed");
    }
}

}  // namespace

void Redis::declare(config::OptionSet& set, const Check& check) {
    declare_address(set, m_address, k_redis);
    declare_ip_version(set, m_ip_version);
    declare_login(set, check);
    declare_limits(set);
    declare_tls(set, m_tls);
}

void Redis::declare_login(config::OptionSet& set, const Check& check) {
    set.add("user", m_user)
        .help("who logs in, with Redis 6 or later; its default user if empty")
        .placeholder("NAME");
    declare_secret(set, check, "password", m_password);
    set.add("tls", m_encrypted).help("speaks TLS from the first byte");
    set.add("database", m_database)
        .help("number of the database that holds the keys of length_of")
        .range(0, 1'000'000)
        .placeholder("N");
}

void Redis::declare_limits(config::OptionSet& set) {
    set.add("role", m_role)
        .help("what the server must be")
        .choices({"any", "master", "replica"})
        .placeholder("ROLE");
    declare_threshold(set, "memory-", m_memory,
                      "memory used, in percent of maxmemory, or of the "
                      "machine's where none is set");
    declare_threshold(set, "clients-", m_clients, "connected clients");
    declare_threshold(set, "replicas-", m_replicas, "connected replicas");
    set.add("length-of", m_keys)
        .help(
            "lists, streams, sets or hashes whose length is measured; a "
            "missing one is empty")
        .placeholder("KEY")
        .sample("queue:trades");
    declare_threshold(set, "length-", m_length,
                      "the length of each key of length_of");
}

std::string Redis::describe() const {
    return fmt::format(
        "sends PING and INFO to {}{}", endpoint_of(m_address, k_redis).str(),
        m_keys.empty()
            ? ""
            : fmt::format(", measures {}", text::join(m_keys, ", ")));
}

Finding Redis::probe(const Surroundings& around,
                     const clock::Deadline& deadline) const {
    const Endpoint endpoint = endpoint_of(m_address, k_redis);
    Finding finding;
    Stream stream{endpoint, m_ip_version, deadline};
    if (m_encrypted && !secure(stream, m_tls, endpoint, around, finding)) {
        return finding;
    }
    RedisDialogue dialogue{stream};
    log_in(dialogue);
    dialogue.demand({"PING"});
    const Facts facts = facts_of(dialogue.demand({"INFO"}).text);
    if (fact(facts, "redis_version").empty()) {
        throw unavailable("the server's answer to INFO names no version");
    }
    judge_memory(facts, finding);
    judge_role(facts, finding);
    judge_disk(facts, finding);
    judge_lengths(dialogue, finding);
    return finding.ok(fmt::format(
        "version {} as {}", text::excerpt(fact(facts, "redis_version"), 20),
        text::excerpt(fact(facts, "role"), 20)));
}

void Redis::log_in(RedisDialogue& dialogue) const {
    if (m_user.empty() && m_password.empty()) {
        return;
    }
    std::vector<std::string> words{"AUTH"};
    if (!m_user.empty()) {
        words.push_back(m_user);
    }
    words.push_back(m_password.reveal());
    dialogue.demand(words);
}

void Redis::judge_memory(const Facts& facts, Finding& finding) const {
    const double used = number(facts, "used_memory");
    const double limit = number(facts, "maxmemory");
    const double most =
        limit > 0 ? limit : number(facts, "total_system_memory");
    finding.measure({"memory_used",
                     used,
                     "B",
                     {},
                     0.0,
                     most > 0 ? std::optional{most} : std::nullopt});
    if (most > 0) {
        const double percent = 100 * used / most;
        finding.measure(
            {"memory", percent, "%", m_memory.parsed(), 0.0, 100.0},
            fmt::format("{:.1f} % of {} used", percent,
                        limit > 0 ? "maxmemory" : "the machine's memory"));
    }
    const double clients = number(facts, "connected_clients");
    finding.measure({"clients", clients, "", m_clients.parsed(), 0.0},
                    fmt::format("{:.0f} clients", clients));
}

void Redis::judge_role(const Facts& facts, Finding& finding) const {
    // What Redis itself still calls slave.
    const bool replica = fact(facts, "role") == "slave";
    const std::string role = replica ? "replica" : "master";
    if (m_role != "any" && m_role != role) {
        finding.fail(fmt::format("is a {}, not a {}", role, m_role));
    }
    if (replica && fact(facts, "master_link_status") != "up") {
        finding.fail("the replica has lost its master");
    }
    const double replicas = number(facts, "connected_slaves");
    finding.measure({"replicas", replicas, "", m_replicas.parsed(), 0.0},
                    fmt::format("{:.0f} replicas", replicas));
}

void Redis::judge_lengths(RedisDialogue& dialogue, Finding& finding) const {
    if (m_keys.empty()) {
        return;
    }
    if (m_database != 0) {
        dialogue.demand({"SELECT", std::to_string(m_database)});
    }
    double longest = 0;
    for (const std::string& key : m_keys) {
        const double length = length_of(dialogue, key);
        finding.measure({data_label("length", key),
                         length,
                         "",
                         m_length.parsed(),
                         0.0,
                         {},
                         false},
                        fmt::format("{:.0f} entries in '{}'", length,
                                    text::excerpt(key, 80)));
        longest = std::max(longest, length);
    }
    finding.add({"length", longest, "", m_length.parsed(), 0.0});
}

}  // namespace lark_batch::healthcheck
