// What a PostgreSQL server says about itself, and queries that are made from
// the names of tables and columns. Nothing here needs a superuser.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/db/bounded_session.hpp"

namespace lark_batch::healthcheck {

struct ServerFacts {
    int version_number = 0;  // 150004 is 15.4
    std::string version;
    std::string role;
    bool is_standby = false;
    bool is_receiving = false;  // a standby that is connected to its primary
    // Whether it may see what sessions of other roles do (pg_monitor).
    bool sees_all = false;
    double connections = 0;
    double most_connections = 0;     // for roles that are no superuser
    double idle_in_transaction = 0;  // seconds of the longest
    double standbys = 0;             // that stream
    // Seconds: a standby's own, or that of a primary's worst one. Nothing
    // where there is no replication.
    std::optional<double> replication_lag;
    // What a primary's worst standby has not replayed yet. A standby that has
    // stopped to replay shows here only: its lag stays what it was last.
    std::optional<double> bytes_behind;
    std::vector<std::string> missing_extensions;
    std::optional<double> bytes;
    double transaction_age = 0;  // percent of what wraps around
};

// In one round trip. `with_size`: the database's size, too, for which the
// server has to look at each of its files.
ServerFacts ask_server(db::BoundedSession& session,
                       const std::vector<std::string>& wanted_extensions,
                       bool with_size);

// How a column says when a row was made.
enum class Moment { timestamptz, timestamp, seconds, milliseconds };

struct FreshnessSource {
    std::string table;  // with its schema, perhaps
    std::string column;
    std::vector<std::string> groups;  // columns
    std::string where;                // SQL, empty: all rows
    // In place of all the above: a query for (group, newest).
    std::string query;
    Moment moment = Moment::timestamptz;
    std::string zone = "UTC";  // of Moment::timestamp
};

struct GroupAge {
    std::string group;          // its columns joined by '/'; empty: ungrouped
    std::optional<double> age;  // seconds by the server's clock
};

// The oldest first. Throws as BoundedSession::ask() does.
std::vector<GroupAge> ask_ages(db::BoundedSession& session,
                               const FreshnessSource& source);

// One query for two numbers, seen at the same moment.
std::string both_of(const std::string& actual, const std::string& expected);

// "a.b" as "\"a\".\"b\"": the names are taken as they are, quotes around one
// let it hold a dot.
std::string quoted_name(const std::string& name);

}  // namespace lark_batch::healthcheck
