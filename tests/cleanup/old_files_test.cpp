#include "tools/lark-cleanup/old_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "lib/errors/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace lark_batch;
namespace fs = std::filesystem;
using cleanup::clean_files;
using cleanup::FileQuestion;
using cleanup::OldFiles;
using std::chrono::hours;

namespace {

const clock::WallTime k_now = clock::system_clock().now();

void make_old(const fs::path& path) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - hours{100});
}

FileQuestion question(const fs::path& folder) {
    FileQuestion asked;
    asked.folder = folder;
    asked.depth = cleanup::Depth::whole_tree;
    asked.cutoff = [](std::string_view) {
        return std::optional{k_now - hours{50}};
    };
    asked.look_up = [] {};
    asked.may_remove = [] { return true; };
    asked.removed = [] {};
    return asked;
}

std::optional<clock::WallTime> cutoff_of(const char* name) {
    return cleanup::leftover_cutoff(name, k_now, hours{500});
}

}  // namespace

TEST_CASE("old files: old ones go, in subfolders too; young ones stay") {
    const test::TempDir dir;
    fs::create_directory(dir / "2026");
    for (const char* name : {"old.html", "2026/old.html"}) {
        make_old(dir.write(name, "12345"));
    }
    dir.write("new.html", "1");
    const OldFiles found = clean_files(question(dir.path()));
    CHECK(found.eligible == 2);
    CHECK(found.deleted == 2);
    CHECK(found.bytes == 10);
    CHECK(found.failed == 0);
    CHECK(found.oldest < clock::format_utc(k_now - hours{99}));
    CHECK(fs::exists(dir / "new.html"));
    CHECK(fs::exists(dir / "2026"));
    CHECK_FALSE(fs::exists(dir / "2026/old.html"));
}

TEST_CASE("old files: no link leads out, and links themselves stay") {
    const test::TempDir outside;
    const test::TempDir dir;
    make_old(outside.write("precious", "1"));
    fs::create_directory_symlink(outside.path(), dir / "folder");
    fs::create_symlink(outside / "precious", dir / "file");
    CHECK(clean_files(question(dir.path())).eligible == 0);
    CHECK(fs::exists(outside / "precious"));
    CHECK(fs::is_symlink(dir / "file"));
    CHECK(fs::is_symlink(dir / "folder"));
}

TEST_CASE("old files: a flat search enters no folder, a dry one deletes none") {
    const test::TempDir dir;
    fs::create_directory(dir / "below");
    make_old(dir.write("below/old", "1"));
    make_old(dir.write("old", "1"));
    FileQuestion asked = question(dir.path());
    asked.depth = cleanup::Depth::flat;
    asked.may_remove = [] { return false; };
    const OldFiles found = clean_files(asked);
    CHECK(found.eligible == 1);
    CHECK(found.deleted == 0);
    CHECK(fs::exists(dir / "old"));
}

TEST_CASE("old files: what may not be removed any more is still counted") {
    const test::TempDir dir;
    for (const char* name : {"a", "b", "c"}) {
        make_old(dir.write(name, "1"));
    }
    int left = 2;
    FileQuestion asked = question(dir.path());
    asked.may_remove = [&] { return left > 0; };
    asked.removed = [&] { --left; };
    const OldFiles found = clean_files(asked);
    CHECK(found.deleted == 2);
    CHECK(found.eligible == 3);
}

TEST_CASE("old files: a folder that is not there is empty, a file is none") {
    const test::TempDir dir;
    CHECK(clean_files(question(dir / "none")).eligible == 0);
    dir.write("file", "1");
    CHECK_THROWS_AS(clean_files(question(dir / "file")), errors::Error);
}

TEST_CASE("leftovers: temporary files, and what other releases left") {
    CHECK(cutoff_of("lark-cleanup.pushed.new") == k_now - hours{24});
    CHECK(cutoff_of("lark-old.spool") == k_now - hours{500});
    CHECK(cutoff_of("lark-old.spool.claimed") == k_now - hours{500});
    CHECK(cutoff_of("lark-old.pushed") == k_now - hours{500});
    CHECK(cutoff_of("lark-cleanup.spool.broken") == k_now - hours{500});
}

TEST_CASE("leftovers: never a spool or a lock of ours, nor what is foreign") {
    for (const char* name :
         {"lark-cleanup.spool", "lark-sync-users.spool.claimed",
          "lark-cleanup.pushed", "cleanup.lock", "lark-old.lock", "notes.txt",
          "other.spool", "tokens.spool", "tokens.spool.claimed",
          "tokens.spool.claimed.new", "tokens.spool.broken", "notes.new"}) {
        CAPTURE(std::string{name});
        CHECK_FALSE(cutoff_of(name));
    }
}
