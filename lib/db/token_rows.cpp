#include "lib/db/token_rows.hpp"

namespace lark_batch::db {

std::string bytes_of(const pqxx::field& field) {
    return field.is_null() ? std::string{} : pqxx::binarystring{field}.str();
}

pqxx::binarystring bytea(const std::string& bytes) {
    return pqxx::binarystring{bytes.data(), bytes.size()};
}

TokenRow token_row(const pqxx::row& row) {
    TokenRow token;
    token.id = row[0].as<TokenId>();
    token.identity = {row[1].c_str(), row[2].c_str(), row[3].c_str()};
    token.state = row[4].c_str();
    token.reason = row[5].c_str();
    token.version = row[6].as<std::int64_t>();
    token.key_id = row[7].c_str();
    token.access_sealed = bytes_of(row[8]);
    token.refresh_sealed = bytes_of(row[9]);
    token.refresh_hash = bytes_of(row[10]);
    token.access_left = clock::Duration{row[11].as<std::int64_t>()};
    token.left = clock::Duration{row[12].as<std::int64_t>()};
    return token;
}

}  // namespace lark_batch::db
