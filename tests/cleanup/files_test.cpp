// Files that a run deletes: leftovers of the state directory and reports.
#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>

#include "tests/cleanup/cleanup_world.hpp"

using namespace lark_batch::test;
namespace fs = std::filesystem;

namespace {

void make_old(const fs::path& path) {
    fs::last_write_time(
        path, fs::file_time_type::clock::now() - std::chrono::hours{24 * 100});
}

struct ReportWorld : CleanupWorld {
    ReportWorld() {
        fs::create_directory(dir() / "reports");
        set_more("[cleanup]\nreport_directory = '" +
                 (dir() / "reports").string() + "'\n");
        make_old(dir().write("reports/old.html", "0123456789"));
        dir().write("reports/new.html", "1");
    }
};

}  // namespace

TEST_CASE("reports: old files of the report directory go") {
    const ReportWorld world;
    const Cleaned plan = world.clean_to(0, {"--dry-run"});
    CHECK(plan.eligible("reports") == 1);
    CHECK(plan.of("reports")["bytes"] == 10);
    CHECK(fs::exists(world.dir() / "reports/old.html"));
    CHECK(world.clean_to(0).deleted("reports") == 1);
    CHECK_FALSE(fs::exists(world.dir() / "reports/old.html"));
    CHECK(fs::exists(world.dir() / "reports/new.html"));
    CHECK(world.total("lark_cleanup_deleted_total", "reports") == 1);
}

TEST_CASE("reports: without a directory the class does nothing and says so") {
    const CleanupWorld world;
    const Cleaned cleaned = world.clean_to(0);
    CHECK(cleaned.of("reports")["ran"] == false);
    CHECK(cleaned.of("reports")["note"] == "no report_directory is configured");
}

TEST_CASE("reports: a place that is no folder fails the class alone") {
    ReportWorld world;
    world.add_tokens(1, "9 days");
    world.set_more("[cleanup]\nreport_directory = '" +
                   (world.dir() / "reports/new.html").string() + "'\n");
    const Cleaned cleaned = world.clean_to(3);
    CHECK(cleaned.deleted("tokens_expired") == 1);
    const std::string why = cleaned.of("reports")["error"]["message"];
    CHECK(why.find("cannot read folder") == 0);
}

TEST_CASE("reports: a folder of others is refused, wherever a link leads") {
    ReportWorld world;
    make_old(world.dir().write("state/tokens.spool", "sealed\n"));
    fs::create_symlink("/etc/ssl", world.dir() / "system");
    fs::create_symlink(world.state(), world.dir() / "state-too");
    for (const fs::path& folder :
         {world.state(), world.dir().path(), world.dir() / "state-too",
          world.dir() / "system"}) {
        CAPTURE(folder.string());
        world.set_more("[cleanup]\nreport_directory = '" + folder.string() +
                       "'\n");
        const Cleaned cleaned = world.clean_to(3);
        const std::string why = cleaned.of("reports")["error"]["message"];
        CHECK(why.find("no folder of its own") != std::string::npos);
        CHECK(cleaned.eligible("reports") == 0);
    }
    CHECK(fs::exists(world.state() / "tokens.spool"));
}

TEST_CASE("spool: leftovers go, what waits for a database stays") {
    const CleanupWorld world;
    world.clean_to(0);
    for (const char* name : {"lark-old.spool", "lark-cleanup.pushed.new",
                             "lark-check-tokens.spool", "stub.lock"}) {
        make_old(world.dir().write(std::string{"state/"} + name, "x\n"));
    }
    CHECK(world.clean_to(0).deleted("spool") == 2);
    CHECK(fs::exists(world.state() / "lark-check-tokens.spool"));
    CHECK(fs::exists(world.state() / "stub.lock"));
    CHECK_FALSE(fs::exists(world.state() / "lark-old.spool"));
    CHECK_FALSE(fs::exists(world.state() / "lark-cleanup.pushed.new"));
}
