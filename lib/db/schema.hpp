// The schema that this build of the programs works with.
#pragma once

#include "lib/db/connection.hpp"

namespace lark_batch::db {

// The number of the newest migration in tools/lark-admin/migrations.
inline constexpr int k_schema_version = 6;

// The newest applied migration, 0 for an empty database.
int schema_version(Connection& connection);

// Throws Error(config) unless the database is exactly at our version.
void require_schema(Connection& connection);

}  // namespace lark_batch::db
