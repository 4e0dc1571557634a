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
    if (state == "55P03") {
        return "another session holds a lock: see pg_stat_activity";
    }
    if (kind_of(state) == Kind::config) {
        return "run lark-admin migrate";
    }
    return {};
}

Error from_sql(const pqxx::sql_error& fault) {
    const std::string state = fault.sqlstate();
    return Error{kind_of(state),
                 "database: " + first_line(fault.what()) +
                     (state.empty() ? "" : " (SQLSTATE " + state + ")"),
                 hint_of(state)};
}

}  // namespace

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
    } catch (const pqxx::sql_error& fault) {
        throw from_sql(fault);
    } catch (const pqxx::failure& fault) {
        throw Error{Kind::failed, "database: " + first_line(fault.what())};
    }
}

}  // namespace lark_batch::db
