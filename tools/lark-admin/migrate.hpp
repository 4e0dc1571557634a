// Brings the database to the schema of this release: forward only, each
// migration once and in a transaction of its own.
#pragma once

#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "tools/lark-admin/migrations.hpp"
#include "tools/lark-admin/options.hpp"
#include "tools/lark-admin/queries.hpp"

namespace lark_batch::admin {

// Of the migration's text, to notice that it was changed after the fact.
std::string checksum_of(const Migration& migration);

// The first migration that the database lacks, if any. Throws Error(config)
// when what it has is not the beginning of what we know: another program, a
// changed text or a missing number.
std::optional<Migration> next_migration(const std::vector<Applied>& applied,
                                        std::span<const Migration> known);

// Says a line for each migration, and the version in the end.
void migrate(const Settings& settings, std::ostream& out);

}  // namespace lark_batch::admin
