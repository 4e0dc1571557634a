#include "tools/lark-cleanup/options.hpp"

#include <doctest/doctest.h>

#include "tests/cleanup/cleanup_world.hpp"

using namespace lark_batch;
using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

Finished print_config(CleanupWorld& world, const std::string& toml) {
    world.set_more(toml);
    return run(world.command("lark-cleanup", {"--print-config"}));
}

}  // namespace

TEST_CASE("options: the retentions of the classes, unless configured") {
    const cleanup::Options options;
    const auto days = [&](const char* name) {
        return std::chrono::duration_cast<std::chrono::hours>(
                   options.retention[cleanup::index_of(name)])
                   .count() /
               24;
    };
    CHECK(days("tokens_expired") == 7);
    CHECK(days("tokens_revoked") == 30);
    CHECK(days("tokens_needs_login") == 90);
    CHECK(days("refresh_journal") == 90);
    CHECK(days("notices") == 90);
    CHECK(days("task_runs") == 180);
    CHECK(days("check_results") == 30);
    CHECK(days("directory_changes") == 400);
    CHECK(days("departed_users") == 400);
    CHECK(days("reports") == 90);
    CHECK(days("pushgateway_groups") == 30);
}

TEST_CASE("options: every retention can be set in the file, and is shown") {
    CleanupWorld world;
    const auto printed =
        print_config(world,
                     "[cleanup]\nvacuum = false\n[cleanup.retention]\n"
                     "directory_changes = '800d'\n");
    CHECK(printed.exit_code == 0);
    CHECK(has(printed.out, "directory_changes = \"800d\""));
    CHECK(has(printed.out, "vacuum = false"));
}

TEST_CASE("options: what cannot be is refused") {
    CleanupWorld world;
    for (const auto& [toml, complaint] :
         {std::pair{"[cleanup.retention]\ntoken_expired = '7d'\n",
                    "tokens_expired"},
          {"[cleanup.retention]\nnotices = '7'\n", "notices"},
          {"[cleanup]\nreport_directory = '/etc'\n", "folder of its own"},
          {"[cleanup]\nreport_directory = '/etc/lark-batch'\n",
           "folder of its own"},
          {"[cleanup]\nreport_directory = '/var/./lib/'\n",
           "folder of its own"},
          {"[cleanup]\nreport_directory = '/home/me'\n", "folder of its own"},
          {"[cleanup]\nreport_directory = '/'\n", "folder of its own"},
          {"[cleanup]\nreport_directory = '/srv/../etc'\n",
           "folder of its own"},
          {"[cleanup]\nreport_directory = 'reports'\n", "absolute"},
          {"[cleanup]\nbatch_size = 0\n", "batch_size"}}) {
        CAPTURE(std::string{toml});
        const auto refused = print_config(world, toml);
        CHECK(refused.exit_code == 78);
        CAPTURE(refused.err);
        CHECK(has(refused.err, complaint));
    }
    world.set_more({});
    const auto unknown =
        run(world.command("lark-cleanup", {"--only", "tokens"}));
    CHECK(unknown.exit_code == 64);
    CHECK(has(unknown.err, "tokens_expired"));
}
