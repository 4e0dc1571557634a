#include "lib/db/faults.hpp"

#include <pqxx/pqxx>

#include <string_view>

#include "lib/db/connection.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

// SQLSTATE classes: 08 connection, 57P server shut down, 53 resources.
Kind kind_of(std::string_view state) {
    if (state.starts_with("08") || state.starts_with("57P") ||
        state.starts_with("53") || state == "25006") {
        return Kind::unavailable;
    }
    if (state == "42501" || state == "42P01" || state == "42703" ||
        state == "42883" || state == "3F000") {
        return Kind::config;
    }
    return Kind::failed;
}

std::string hint_of(std::string_view state) {
    if (state == "42501") {
        return "grant the role its rights: lark-admin migrate --grant-to ROLE";
    }
    if (state == "57014") {
        return "raise database.statement_timeout or look for a blocked table";
    }
    if (state == "25006") {
        return "[database] url must lead to the primary, and it must accept "
               "writing";
    }
    if (state == "55P03") {
        return "another session holds a lock: see pg_stat_activity";
    }
    if (kind_of(state) == Kind::config) {
        return "run lark-admin migrate";
    }
    return {};
}

// Class 22 is about data, and its messages quote the value: a person's, as
// likely as not. Where the value ends cannot be told: it may hold quotes.
std::string without_value(const std::string& message) {
    const auto first = message.find('"');
    return first == std::string::npos ? message
                                      : message.substr(0, first) + "\"...\"";
}

// libpqxx 6 leaves the code out where its exception's type tells it.
std::string state_of(const pqxx::failure& fault) {
    if (dynamic_cast<const pqxx::insufficient_privilege*>(&fault) != nullptr) {
        return "42501";
    }
    if (dynamic_cast<const pqxx::serialization_failure*>(&fault) != nullptr) {
        return "40001";
    }
    if (dynamic_cast<const pqxx::deadlock_detected*>(&fault) != nullptr) {
        return "40P01";
    }
    const auto* sql = dynamic_cast<const pqxx::sql_error*>(&fault);
    return sql == nullptr ? "" : sql->sqlstate();
}

}  // namespace

Error error_of(const std::string& sqlstate, const std::string& message) {
    const bool data = sqlstate.starts_with("22");
    return Error{
        kind_of(sqlstate),
        "database: " + first_line(data ? without_value(message) : message) +
            (sqlstate.empty() ? "" : " (SQLSTATE " + sqlstate + ")"),
        hint_of(sqlstate)};
}

std::string first_line(const std::string& message) {
    std::string_view line = text::trim(message);
    line = line.substr(0, line.find('\n'));
    for (const std::string_view prefix : {"ERROR:", "FATAL:"}) {
        if (line.starts_with(prefix)) {
            line = text::trim(line.substr(prefix.size()));
        }
    }
    return text::excerpt(line, 300);
}

void translate_faults(const std::function<void()>& work) {
    try {
        work();
    } catch (const pqxx::in_doubt_error&) {
        throw CommitInDoubt{};
    } catch (const pqxx::broken_connection& fault) {
        throw Error{Kind::unavailable, "database: " + first_line(fault.what()),
                    "check that PostgreSQL runs and [database] url is right"};
    } catch (const pqxx::failure& fault) {
        throw error_of(state_of(fault), fault.what());
    }
}

}  // namespace lark_batch::db
