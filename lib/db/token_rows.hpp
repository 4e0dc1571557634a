// How a token's row is read and written. Private to lib/db.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "lib/db/tokens.hpp"

namespace lark_batch::db {

// The columns that token_row() reads, in its order.
inline constexpr const char* k_token_columns =
    "token_id, app, token_type, subject, state, reason, version, key_id,"
    " access_sealed, refresh_sealed, refresh_hash,"
    " (extract(epoch FROM access_expires_at - now()) * 1000)::bigint,"
    " (extract(epoch FROM ends_at - now()) * 1000)::bigint";

TokenRow token_row(const pqxx::row& row);

// Bytes of a bytea field, empty for NULL; and a parameter of that type.
std::string bytes_of(const pqxx::field& field);
pqxx::binarystring bytea(const std::string& bytes);

}  // namespace lark_batch::db
