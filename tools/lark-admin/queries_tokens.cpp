#include "tools/lark-admin/queries_tokens.hpp"

#include <fmt/format.h>

#include <pqxx/pqxx>

#include "lib/db/faults.hpp"
#include "lib/db/text_array.hpp"

namespace lark_batch::admin {

namespace {

constexpr const char* k_by_key =
    "SELECT key_id, count(*) FROM lark_batch.tokens GROUP BY 1 ORDER BY 1";

constexpr const char* k_filter =
    " FROM lark_batch.tokens"
    " WHERE ($1::text[] = '{}' OR app = ANY ($1))"
    "   AND ($2 = '' OR state = $2) AND ($3 = '' OR subject = $3)";

std::string utc(const char* column) {
    return fmt::format(
        R"(to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))",
        column);
}

std::string list_query() {
    return fmt::format(
        "SELECT app, token_type, subject, state, reason, {}, {}, {}, {}, {},"
        " key_id, scopes, hold {} ORDER BY ends_at, token_id LIMIT $4",
        utc("access_expires_at"), utc("refresh_expires_at"),
        utc("chain_ends_at"), utc("failing_since"), utc("updated_at"),
        k_filter);
}

std::string text_of(const pqxx::field& field) {
    return field.is_null() ? std::string{} : field.c_str();
}

ListedToken token_of(const pqxx::row& row) {
    return {{row[0].c_str(), row[1].c_str(), row[2].c_str()},
            row[3].c_str(),
            row[4].c_str(),
            text_of(row[5]),
            text_of(row[6]),
            text_of(row[7]),
            text_of(row[8]),
            text_of(row[9]),
            row[10].c_str(),
            db::text_array_of(row[11]),
            row[12].as<bool>()};
}

}  // namespace

std::vector<KeyCount> count_by_key(db::Connection& connection) {
    std::vector<KeyCount> counts;
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        for (const pqxx::row& row : direct.exec(k_by_key)) {
            counts.push_back({row[0].c_str(), row[1].as<std::int64_t>()});
        }
    });
    return counts;
}

TokenList find_tokens(db::Connection& connection, const TokenFilter& filter) {
    TokenList list;
    const std::string apps = db::text_array(filter.apps);
    db::translate_faults([&] {
        pqxx::nontransaction direct{connection.session()};
        list.all = direct
                       .exec_params1(std::string{"SELECT count(*)"} + k_filter,
                                     apps, filter.state, filter.user)[0]
                       .as<std::int64_t>();
        for (const pqxx::row& row : direct.exec_params(
                 list_query(), apps, filter.state, filter.user, filter.limit)) {
            list.tokens.push_back(token_of(row));
        }
    });
    return list;
}

}  // namespace lark_batch::admin
