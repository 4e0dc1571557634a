#include "tests/support/process.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdlib>

#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

namespace {

bool alive(pid_t pid) {
    // A zombie that nobody reaped yet has an empty command line.
    const auto folder = std::filesystem::path{"/proc"} / std::to_string(pid);
    return !read_file(folder / "cmdline").empty();
}

Command shell(const std::string& script) {
    Command command;
    command.argv = {"sh", "-c", script};
    return command;
}

}  // namespace

TEST_CASE("process: input, environment, both outputs and the exit code") {
    const auto finished =
        run({"sh", "-c", "cat; echo \"$A\" >&2; exit 7"}, {{"A", "b"}}, "in");
    CHECK(finished.exit_code == 7);
    CHECK(finished.signal == 0);
    CHECK(finished.out == "in");
    CHECK(finished.err == "b\n");
    CHECK(finished.seconds > 0);
    CHECK(finished.max_rss_kib > 0);
}

TEST_CASE("process: variables can be taken away, outputs go to files") {
    const TempDir dir;
    auto command = shell("echo \"${HOME-none}\"; echo more; pwd >&2");
    command.unset = {"HOME"};
    command.working_dir = dir.path();
    command.out_file = dir / "out";
    const auto finished = run(command);
    CHECK(finished.out == "none\nmore\n");
    CHECK(read_file(dir / "out") == finished.out);
    CHECK(finished.err == dir.path().string() + "\n");
}

TEST_CASE("process: a program that does not exist is said at once") {
    CHECK_THROWS_WITH(run({"no-such-program"}),
                      "no program 'no-such-program' in PATH");
    CHECK_THROWS(run({"/no/such/program"}));
    CHECK_THROWS_WITH(find_program("no-such-program", "such-package"),
                      "no program 'no-such-program' in PATH (install "
                      "such-package)");
}

TEST_CASE("process: root can run it as another user") {
    if (server_user().empty()) {
        MESSAGE("not root: nothing to drop");
        return;
    }
    auto command = shell("id -un");
    command.user = server_user();
    CHECK(run(command).out == "nobody\n");
}

TEST_CASE("process: the end by a signal is told apart") {
    const auto finished = run(shell("kill -9 $$"));
    CHECK(finished.exit_code == -1);
    CHECK(finished.signal == SIGKILL);
}

TEST_CASE("process: a run that takes too long throws with its stderr") {
    CHECK_THROWS_WITH(run(shell("echo why >&2; sleep 60"), Milliseconds{300}),
                      "'sh' ran longer than 300 ms; its stderr: why\n");
}

TEST_CASE("process: terminate ends the whole group, deaf ones by force") {
    Process process{shell("trap '' TERM; sleep 60 & echo $!; wait; sleep 60")};
    wait_for("the child's pid", [&] { return !process.out().empty(); });
    const auto child = static_cast<pid_t>(std::atoi(process.out().c_str()));
    CHECK(process.running());
    CHECK(process.terminate(Milliseconds{100}).signal == SIGKILL);
    CHECK_FALSE(process.running());
    CHECK(until([&] { return !alive(child); }));
}

TEST_CASE("process: the destructor leaves nothing behind") {
    pid_t pid = 0;
    {
        const Process process{shell("exec sleep 60")};
        pid = process.pid();
        CHECK(alive(pid));
    }
    CHECK_FALSE(alive(pid));
}

TEST_CASE("process: a signal reaches the program, which may answer it") {
    Process process{
        shell("trap 'exit 5' TERM; echo up; while :; do "
              "sleep 0.01; done")};
    wait_for("up", [&] { return process.out() == "up\n"; });
    process.signal(SIGTERM);
    const auto finished = process.wait(std::chrono::seconds{5});
    REQUIRE(finished);
    CHECK(finished->exit_code == 5);
}

}  // namespace lark_batch::test
