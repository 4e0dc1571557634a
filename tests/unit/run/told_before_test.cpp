#include "lib/run/told_before.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::run {

namespace {

clock::WallTime at(long long millis) {
    return clock::WallTime{clock::Duration{millis}};
}

std::string shown(const std::vector<ToldBefore>& told) {
    std::string all;
    for (const ToldBefore& one : told) {
        all += one.channel + ":" + std::to_string(one.level) + ":" +
               std::to_string(one.at.time_since_epoch().count()) + " ";
    }
    return all;
}

}  // namespace

TEST_CASE("told before: what was written is read, until it is forgotten") {
    const lark_batch::test::TempDir dir;
    const ToldFile file{dir / "state", "backup"};
    CHECK(file.read().empty());
    file.forget();
    file.write({{"ops", 2, at(1'795'313'740'123)}, {"night shift", 3, at(7)}});
    CHECK(shown(file.read()) == "ops:2:1795313740123 night shift:3:7 ");
    file.write({{"ops", 1, at(8)}});
    CHECK(shown(file.read()) == "ops:1:8 ");
    file.forget();
    CHECK(file.read().empty());
}

TEST_CASE("told before: each topic has a file of its own in the folder") {
    const lark_batch::test::TempDir dir;
    const ToldFile shard{dir / "state", "sync_users@2of4"};
    const ToldFile odd{dir / "state", "../odd/unit"};
    shard.write({{"ops", 2, at(1)}});
    odd.write({{"ops", 3, at(2)}});
    CHECK(shown(shard.read()) == "ops:2:1 ");
    CHECK(shown(odd.read()) == "ops:3:2 ");
    CHECK_FALSE(std::filesystem::exists(dir / "odd"));
}

TEST_CASE("told before: a damaged file tells what it still can") {
    const lark_batch::test::TempDir dir;
    dir.write("backup.told", "2 17 ops\n\n4 17 ops\nx 17 ops\n2 17\n3 18 b\n");
    CHECK(shown(ToldFile{dir.path(), "backup"}.read()) == "ops:2:17 b:3:18 ");
}

TEST_CASE("told before: a folder that cannot be written is an error") {
    const lark_batch::test::TempDir dir;
    dir.write("state", "no folder");
    const ToldFile file{dir / "state", "backup"};
    CHECK_THROWS_AS(file.write({{"ops", 2, at(1)}}), errors::Error);
}

}  // namespace lark_batch::run
