#include <doctest/doctest.h>

#include <array>

#include "lib/db/schema.hpp"
#include "tools/lark-admin/migrate.hpp"

using namespace lark_batch;
using admin::Applied;
using admin::Migration;

namespace {

constexpr std::array k_known{Migration{1, "one", "SELECT 1"},
                             Migration{2, "two", "SELECT 2"},
                             Migration{3, "three", "SELECT 3"}};

Applied as_applied(const Migration& migration) {
    return {migration.version, std::string{migration.name},
            admin::checksum_of(migration)};
}

std::string refusal(const std::vector<Applied>& applied) {
    try {
        admin::next_migration(applied, k_known);
    } catch (const errors::Error& error) {
        CHECK(error.kind() == errors::Kind::config);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("migrations: an empty database starts with the first") {
    CHECK(admin::next_migration({}, k_known)->version == 1);
}

TEST_CASE("migrations: the first that is lacking comes next") {
    const std::vector<Applied> two{as_applied(k_known[0]),
                                   as_applied(k_known[1])};
    CHECK(admin::next_migration(two, k_known)->version == 3);
}

TEST_CASE("migrations: there is nothing left when all are applied") {
    const std::vector<Applied> all{
        as_applied(k_known[0]), as_applied(k_known[1]), as_applied(k_known[2])};
    CHECK_FALSE(admin::next_migration(all, k_known));
}

TEST_CASE("migrations: a gap in what was applied is refused") {
    CHECK(refusal({as_applied(k_known[0]), as_applied(k_known[2])}) ==
          "the database lacks migration 0002 but has 0003");
    CHECK(refusal({as_applied(k_known[1])}) ==
          "the database lacks migration 0001 but has 0002");
}

TEST_CASE("migrations: a text that was changed afterwards is refused") {
    auto changed = as_applied(k_known[0]);
    changed.checksum = admin::checksum_of({1, "one", "SELECT 11"});
    CHECK(refusal({changed}) ==
          "migration 0001 'one' was applied with another text");
}

TEST_CASE("migrations: a newer database is refused, even with gaps") {
    CHECK(refusal({as_applied(k_known[0]), {9, "nine", "x"}}) ==
          "the database schema is at version 9, this program knows versions "
          "up to 3");
}

TEST_CASE("migrations: those in the program end where lib/db expects them") {
    const auto all = admin::migrations();
    REQUIRE_FALSE(all.empty());
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i].version == static_cast<int>(i) + 1);
        CHECK_FALSE(all[i].sql.empty());
    }
    CHECK(all.back().version == db::k_schema_version);
}
