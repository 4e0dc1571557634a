// State folders that cannot be written to.
#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "tests/run/samples.hpp"
#include "tests/run/world.hpp"
#include "tests/support/pushgateway.hpp"

using namespace lark_batch::test;

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

// The command with a full 16 KiB disk for a state folder, seen by it alone.
Command on_full_disk(const World& world, const Arguments& arguments) {
    const Command plain = world.command("lark-stub", arguments);
    const std::string folder = world.state();
    Command command = plain;
    command.argv = {"unshare",
                    "--mount",
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=16k tmpfs '" + folder +
                        "' && touch '" + folder + "/stub.lock' '" + folder +
                        "/lark-stub.spool' && "
                        "(cat /dev/zero > '" +
                        folder +
                        "/filler' || true) 2> /dev/null &&"
                        " exec \"$@\"",
                    "sh"};
    command.argv.insert(command.argv.end(), plain.argv.begin(),
                        plain.argv.end());
    return command;
}

bool may_mount() {
    return geteuid() == 0 &&
           run({"unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"})
                   .exit_code == 0;
}

}  // namespace

TEST_CASE("a state folder that cannot be made: 78 with a hint") {
    World world;
    world.touch("file");
    world.set_state(world.file("file") / "state");
    const auto ended = world.stub();
    CHECK(ended.exit_code == 78);
    CHECK(has(ended.err, "cannot open lock file"));
    CHECK(has(ended.err, "hint: set state_directory"));
}

TEST_CASE("a state folder of another user: 78 with a hint") {
    if (server_user().empty()) {
        MESSAGE("needs root: nobody else to be");
        return;
    }
    World world;
    std::filesystem::create_directories(world.state());
    Command command = world.command("lark-stub");
    command.user = server_user();
    const auto ended = run(command);
    CHECK(ended.exit_code == 78);
    CHECK(has(ended.err, "hint: set state_directory"));
}

TEST_CASE(
    "the spool is /dev/full: the job's own code, and an error is logged") {
    World world;
    std::filesystem::create_directories(world.state());
    std::filesystem::create_symlink("/dev/full",
                                    world.state() / "lark-stub.spool");
    world.take_database_away();
    const auto ended = world.stub();
    CHECK(ended.exit_code == 69);
    CHECK(has(ended.err, "the run's record is lost"));
    CHECK(has(ended.err, "No space left on device"));
}

TEST_CASE("the disk is full and the database down: the job's own code") {
    if (!may_mount()) {
        MESSAGE("needs the right to mount");
        return;
    }
    World world;
    std::filesystem::create_directories(world.state());
    world.take_database_away();
    const auto ended = run(on_full_disk(world, {}));
    CHECK(ended.exit_code == 69);
    CHECK(has(ended.err, "the run's record is lost"));
    CHECK(has(ended.err, "No space left on device"));
}

TEST_CASE("the disk is full: a run with a database is not disturbed") {
    if (!may_mount()) {
        MESSAGE("needs the right to mount");
        return;
    }
    Pushgateway gateway;
    World world{gateway.url()};
    std::filesystem::create_directories(world.state());
    const auto good = run(on_full_disk(world, {}));
    CAPTURE(good.err);
    CHECK(good.exit_code == 0);
    CHECK(world.last_run() == "success|0");
    CHECK(successes(gateway.metrics()) == 1);
    CHECK(has(good.err, " end "));
    CHECK(run(on_full_disk(world, {"--fail", "denied"})).exit_code == 77);
}
