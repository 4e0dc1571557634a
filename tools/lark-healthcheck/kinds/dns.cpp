#include "tools/lark-healthcheck/kinds/dns.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/dns_query.hpp"
#include "tools/lark-healthcheck/wire/dns_records.hpp"
#include "tools/lark-healthcheck/wire/endpoint.hpp"
#include "tools/lark-healthcheck/wire/mistake.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr int k_dns = 53;
constexpr std::size_t k_shown = 160;

bool is_address(const std::string& host) {
    std::array<unsigned char, 16> bytes{};
    return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

std::optional<std::string> check_server(const std::string& value) {
    try {
        if (is_address(endpoint_of(value, k_dns).host)) {
            return std::nullopt;
        }
    } catch (const errors::Error&) {
        // Said below.
    }
    return "must be an IP address with a possible port, not '" +
           text::excerpt(value, 120) + "'";
}

// Names are the same in any case, and with or without their last dot.
std::string comparable(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

// "mail.example.com" also stands for "10 mail.example.com".
bool matches(const std::string& answer, const std::string& expected,
             bool numbered) {
    const std::string left = comparable(answer);
    const std::string right = comparable(expected);
    return left == right || (numbered && left.ends_with(" " + right));
}

}  // namespace

void Dns::declare(config::OptionSet& set, const Check& check) {
    set.add("query", m_query)
        .help("the name that is looked up; for PTR possibly an address")
        .placeholder("NAME")
        .sample("db.example.com")
        .required();
    set.add("type", m_type)
        .help("the type of records")
        .choices(dns_type_names())
        .placeholder("TYPE");
    set.add("servers", m_servers)
        .help("name servers, ip or ip:port; those of this machine if empty")
        .check(check_server)
        .placeholder("ADDRESS")
        .sample("10.0.0.53");
    declare_expectations(set);
    set.after_loading([this, &check]() -> config::Found {
        if (!m_exactly || !m_expected.empty()) {
            return {};
        }
        return mistake(check, "'exactly' says nothing without 'expected'",
                       "list the answers in expected");
    });
}

void Dns::declare_expectations(config::OptionSet& set) {
    set.add("expected", m_expected)
        .help("answers that must be there")
        .placeholder("ANSWER")
        .sample("10.0.0.5");
    set.add("exactly", m_exactly)
        .help("no answers but those of expected may be there");
    declare_threshold(set, "answers-", m_answers, "how many answers there are");
}

std::string Dns::describe() const {
    return fmt::format("looks up {} {} at {}", m_type, m_query,
                       m_servers.empty() ? "this machine's name servers"
                                         : text::join(m_servers, ", "));
}

Finding Dns::probe(const Surroundings&, const clock::Deadline& deadline) const {
    DnsQuestion question{m_type == "PTR" ? reverse_name(m_query) : m_query,
                         dns_type_of(m_type),
                         {}};
    for (const std::string& server : m_servers) {
        question.servers.push_back(endpoint_of(server, k_dns).str());
    }
    auto answers = ask_dns(question, deadline);
    std::ranges::sort(answers);
    Finding finding;
    judge(answers, finding);
    return finding;
}

void Dns::judge(const std::vector<std::string>& answers,
                Finding& finding) const {
    const bool numbered = m_type == "MX" || m_type == "SRV";
    const std::string shown = text::excerpt(text::join(answers, ", "), k_shown);
    if (answers.empty()) {
        finding.fail(fmt::format("the name has no {} record", m_type));
    }
    for (const std::string& wanted : m_expected) {
        const bool there =
            std::ranges::any_of(answers, [&](const std::string& answer) {
                return matches(answer, wanted, numbered);
            });
        if (!there && !answers.empty()) {
            finding.fail(fmt::format("'{}' is missing in '{}'",
                                     text::excerpt(wanted, 80), shown));
        }
    }
    for (const std::string& answer : answers) {
        const bool wanted =
            std::ranges::any_of(m_expected, [&](const std::string& each) {
                return matches(answer, each, numbered);
            });
        if (m_exactly && !wanted) {
            finding.fail(
                fmt::format("'{}' is not expected", text::excerpt(answer, 80)));
        }
    }
    finding.measure({"answers", static_cast<double>(answers.size()), "",
                     m_answers.parsed(), 0.0},
                    fmt::format("{} answers", answers.size()));
    if (finding.state == State::ok) {
        finding.ok(shown);
    }
}

}  // namespace lark_batch::healthcheck
