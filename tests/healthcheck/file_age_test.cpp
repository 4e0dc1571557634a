// The kind `file_age`: files that are too old, too small or too few.
#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/healthcheck/fixture.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::healthcheck::test {

namespace {

namespace fs = std::filesystem;
using std::chrono::minutes;

// A folder of files, each so many minutes old.
struct Files {
    lark_batch::test::TempDir dir;

    fs::path add(const std::string& name, int age, std::size_t size = 10) {
        const fs::path path = dir / name;
        fs::create_directories(path.parent_path());
        dir.write(name, std::string(size, 'x'));
        fs::last_write_time(path,
                            fs::file_time_type::clock::now() - minutes{age});
        return path;
    }
    std::string path(const std::string& name) const {
        return (dir / name).string();
    }
};

Seen look_at(const std::string& path, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"file_age", path});
    return look(more);
}

}  // namespace

TEST_CASE("file_age: one file, its age and its size") {
    Files files;
    const std::string dump = files.add("chat.dump", 100, 2048).string();
    CHECK(look_at(dump).str() == "OK: chat.dump is 2h old and has 2.0 KiB");
    CHECK(look_at(dump, {"--crit", "1h"}).str() ==
          "CRITICAL: chat.dump is 2h old (limit 1h)");
    CHECK(look_at(dump, {"--size-warn", "1MiB:"}).str() ==
          "WARNING: chat.dump has 2.0 KiB (limit 1MiB:)");
    CHECK(look_at(dump).measured("age")->value ==
          doctest::Approx(6000).epsilon(0.01));
}

TEST_CASE("file_age: of a pattern the newest counts, or the oldest") {
    Files files;
    files.add("a.dump", 100);
    files.add("b.dump", 10);
    files.add("c.txt", 1);
    files.add(".d.dump", 0);
    const std::string pattern = files.path("*.dump");
    CHECK(look_at(pattern).str() == "OK: b.dump is 10m old and has 10 B");
    CHECK(look_at(pattern, {"--which", "oldest", "--warn", "1h"}).str() ==
          "WARNING: a.dump is 2h old (limit 1h)");
    CHECK(look_at(pattern, {"--count-crit", "3:"}).str() ==
          "CRITICAL: 2 files (limit 3:)");
    CHECK(look_at(files.path("[ab].dump")).measured("files")->value == 2);
}

TEST_CASE("file_age: a folder stands for the files in it, or below it") {
    Files files;
    files.add("in/a", 5);
    files.add("in/below/b", 1);
    fs::create_directory_symlink(files.dir.path(), files.dir / "in/below/up");
    fs::create_directory_symlink("round", files.dir / "in/round");
    CHECK(look_at(files.path("in")).measured("files")->value == 1);
    CHECK(look_at(files.path("*/*/*")).str().starts_with("OK: "));
    CHECK(look_at(files.path("in"), {"--recursive"}).measured("files")->value ==
          2);
    CHECK(look_at(files.path("*/below/b")).measured("files")->value == 1);
}

TEST_CASE("file_age: no file at all") {
    const Files files;
    CHECK(look_at(files.path("no*")).str() == "CRITICAL: no file");
    CHECK(look_at(files.path("none")).measured("files")->value == 0);
    CHECK(look_at(files.path("none"), {"--when-missing", "ok"}).state ==
          State::ok);
}

TEST_CASE("file_age: a folder that cannot be read is told, not passed over") {
    if (geteuid() == 0) {
        // Root reads every folder: look as somebody else.
        REQUIRE(seteuid(65534) == 0);
    }
    {
        Files files;
        files.add("in/open/a", 5);
        files.add("in/shut/b", 1);
        fs::permissions(files.dir / "in/shut", fs::perms::none);
        const std::string told =
            "CRITICAL: no right to read " + files.path("in/shut");
        const std::vector<std::string> calm{"--when-missing", "ok"};
        CHECK(has(look_at(files.path("in/shut"), calm).str(), told));
        CHECK(has(look_at(files.path("in/shut/*.dump"), calm).str(), told));
        CHECK(has(look_at(files.path("in/*/*"), calm).str(), told));
        CHECK(has(look_at(files.path("in"), {"--recursive"}).str(), told));
        fs::permissions(files.dir / "in/shut", fs::perms::owner_all);
    }
    if (getuid() == 0) {
        REQUIRE(seteuid(0) == 0);
    }
}

TEST_CASE("file_age: folders that come and go hide none that stay") {
    Files files;
    for (int at = 0; at < 50; ++at) {
        files.add("in/" + std::to_string(at) + "/stays", 5);
    }
    std::jthread mover{[&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            for (int at = 0; at < 50; ++at) {
                fs::create_directory(files.dir / "in" /
                                     ("gone" + std::to_string(at)));
            }
            for (int at = 0; at < 50; ++at) {
                fs::remove(files.dir / "in" / ("gone" + std::to_string(at)));
            }
        }
    }};
    for (int round = 0; round < 40; ++round) {
        const Seen seen = look_at(files.path("in"), {"--recursive"});
        CHECK(seen.measured("files")->value == 50);
    }
}

TEST_CASE("file_age: a file of tomorrow is told") {
    Files files;
    files.add("clock", -60);
    CHECK(look_at(files.path("clock")).str() ==
          "WARNING: clock is 60m in the future");
}

TEST_CASE("file_age: thousands of files take no second") {
    Files files;
    for (int at = 0; at < 500; ++at) {
        files.dir.write("f" + std::to_string(at), "");
    }
    const Seen seen = look_at(files.path("f*"), {"--timeout", "2s"});
    CHECK(seen.measured("files")->value == 500);
    CHECK(seen.seconds < 1);
}

TEST_CASE("file_age: a relative path and an empty one are refused") {
    CHECK_THROWS_AS(look_at("dump"), lark_batch::errors::Error);
    CHECK_THROWS_AS(look({"file_age"}), lark_batch::errors::Error);
}

}  // namespace lark_batch::healthcheck::test
