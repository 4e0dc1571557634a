#include "tools/lark-healthcheck/kinds/database.hpp"

#include <charconv>
#include <cmath>

#include "lib/config/checks.hpp"

namespace lark_batch::healthcheck {

namespace {

std::optional<std::string> check_url(const std::string& value) {
    if (config::check_database_url(value)) {
        return "must not hold a password: use password_file or password_env";
    }
    const bool right = value == "own" || value.starts_with("postgresql://") ||
                       value.starts_with("postgres://") ||
                       value.find('=') != std::string::npos;
    return right ? std::nullopt
                 : std::optional<std::string>{
                       "must be own or like postgresql://user@host:5432/name"};
}

}  // namespace

void DatabaseTarget::declare(config::OptionSet& set, const Check& check) {
    set.add("url", m_url)
        .help("the database; own is that of [database]")
        .placeholder("URL")
        .sample("postgresql://monitor@db.example.com:5432/chat")
        .check(check_url);
    declare_secret(set, check, "password", m_password)
        .help("the password, where that database wants one");
}

std::string DatabaseTarget::told() const {
    return m_url == "own" ? "our own database" : m_url;
}

db::BoundedSession DatabaseTarget::connect(
    const Surroundings& around, const clock::Deadline& deadline) const {
    const auto& own = around.settings->database;
    const bool is_own = m_url == "own";
    db::Settings settings;
    settings.url = is_own ? own.url : m_url;
    settings.password =
        is_own && m_password.empty() ? own.password : m_password;
    settings.application_name = "lark-batch/lark-healthcheck";
    return db::BoundedSession{settings, deadline};
}

void declare_query(config::OptionSet& set, std::string& query,
                   const std::string& help) {
    set.add("query", query).help(help).placeholder("SQL");
}

void declare_when_empty(config::OptionSet& set, std::string& state,
                        const std::string& help) {
    set.add("when-empty", state)
        .help(help)
        .choices({"ok", "warning", "critical", "unknown"})
        .placeholder("STATE");
}

std::optional<double> number_in(const std::string& field) {
    double number = 0;
    const char* const end = field.data() + field.size();
    const auto [stop, fault] = std::from_chars(field.data(), end, number);
    const bool whole = fault == std::errc{} && stop == end;
    return whole && std::isfinite(number) ? std::optional{number}
                                          : std::nullopt;
}

}  // namespace lark_batch::healthcheck
