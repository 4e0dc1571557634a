// How runs end: by limits, by signals, with those that the command started.
#include <doctest/doctest.h>

#include <signal.h>

#include <cstdlib>
#include <filesystem>

#include "tests/lark_run/commands.hpp"

namespace lark_batch::test {

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

// The number that a script wrote into a file, once it is there.
pid_t pid_in(const std::filesystem::path& file) {
    wait_for("a process id", [&] { return read_file(file).ends_with("\n"); });
    return std::stoi(read_file(file));
}

bool lives(pid_t pid) {
    const std::string stat =
        read_file("/proc/" + std::to_string(pid) + "/stat");
    return !stat.empty() && stat.find(") Z ") == std::string::npos;
}

std::filesystem::path file_of(const std::string& task) {
    return shared_world().file(task + ".pid");
}

// A run under way, whose script has written its process id.
Process begun(const std::string& task, const std::string& script,
              const Arguments& options = {}) {
    Process process{
        wrapper(shared_world(), task, options,
                {"/bin/sh", "-c",
                 "echo $$ > " + file_of(task).string() + "; " + script})};
    pid_in(file_of(task));
    return process;
}

Wrapped end_of(Process& process, const std::string& task) {
    const auto ended = process.wait(Milliseconds{20'000});
    REQUIRE(ended);
    return wrapped(shared_world(), task, *ended);
}

#ifdef __SANITIZE_ADDRESS__
constexpr long k_most_memory_kib = 400'000;  // with its shadow and quarantine
#else
constexpr long k_most_memory_kib = 40'000;
#endif

}  // namespace

TEST_CASE("ending: at --timeout the whole group is asked, then killed") {
    const auto asked =
        run_script("limit", "trap 'echo bye; exit 0' TERM; sleep 60 & wait",
                   {"--timeout", "300ms"});
    CHECK(asked.ended.exit_code == 1);
    CHECK(asked.ended.out == "bye\n");
    CHECK(asked.row == "timeout|1");
    CHECK(asked.ended.seconds < 5);
    const auto killed = run_script(
        "limit", "trap '' TERM; sleep 60; sleep 60",
        {"--timeout", "300ms", "--kill-after", "200ms", "--retries", "3"});
    CHECK(killed.row == "timeout|1");
    CHECK(killed.stats.at("attempts") == 1);
    CHECK(killed.stats.at("signal") == SIGKILL);
    CHECK(killed.ended.seconds < 5);
    CHECK(has(killed.ended.err, "was ended by signal 9 (SIGKILL): the run"));
}

TEST_CASE("ending: SIGTERM goes on once to everybody, and is an interruption") {
    Process running =
        begun("stopped",
              "trap 'n=$((n+1))' TERM; sleep 60 & while [ -z \"$n\" ]; do "
              "wait; done; sleep 0.1; echo got $n");
    running.signal(SIGTERM);
    const auto done = end_of(running, "stopped");
    CHECK(done.ended.exit_code == 143);
    CHECK(done.ended.out == "got 1\n");
    CHECK(done.row == "interrupted|143");
    CHECK(done.stats.at("output_tail") == "got 1");
}

TEST_CASE("ending: a stop counts, though the command ends before we see it") {
    // As systemd stops a unit; without care a third of these were failures.
    for (int i = 0; i < 6; ++i) {
        CHECK(run_script("racing", "kill -TERM $PPID; kill -KILL $$").row ==
              "interrupted|143");
    }
}

TEST_CASE("ending: Ctrl-C is 130, a closed terminal is a stop, too") {
    Process typed = begun("ctrl_c", "sleep 60");
    typed.signal(SIGINT);
    CHECK(end_of(typed, "ctrl_c").row == "interrupted|130");
    Process closed = begun("hang_up", "sleep 60");
    closed.signal(SIGHUP);
    CHECK(end_of(closed, "hang_up").row == "interrupted|143");
}

TEST_CASE("ending: a stop between two attempts ends the waiting") {
    Process waiting =
        begun("pausing", "exit 4", {"--retries", "9", "--retry-delay", "1h"});
    wait_for("the pause", [&] { return has(waiting.err(), "trying again"); });
    waiting.signal(SIGTERM);
    const auto done = end_of(waiting, "pausing");
    CHECK(done.row == "interrupted|143");
    CHECK(has(done.ended.err, "ended with exit code 4: stopped by signal 15"));
}

TEST_CASE("ending: kill -9 of the command is its failure") {
    Process running = begun("killed", "exec sleep 60");
    kill(pid_in(file_of("killed")), SIGKILL);
    const auto done = end_of(running, "killed");
    CHECK(done.ended.exit_code == 137);
    CHECK(done.row == "failure|137");
    CHECK(done.stats.at("signal") == 9);
}

TEST_CASE("ending: kill -9 of lark-run: the command keeps the lock") {
    Process running = begun("orphan", "exec sleep 60");
    const pid_t orphan = pid_in(file_of("orphan"));
    running.kill9();
    CHECK(lives(orphan));
    const World& world = shared_world();
    const auto second = run(wrapper(world, "orphan", {}, {"true"}));
    CHECK(second.exit_code == 75);
    kill(orphan, SIGKILL);
    REQUIRE(until([&] { return !lives(orphan); }));
    const auto third = run(wrapper(world, "orphan", {}, {"true"}));
    CHECK(third.exit_code == 0);
    CHECK(has(third.err, "killed before it could record its end"));
    CHECK(world.sql("SELECT outcome FROM lark_batch.task_runs WHERE task_name"
                    " = 'orphan' ORDER BY started_at") ==
          "failure\nskipped\nsuccess");
}

TEST_CASE("ending: two at once: the second one is skipped and starts nothing") {
    Process first = begun("twice", "sleep 60");
    const auto second = run_script("twice", "echo it ran");
    CHECK(second.ended.exit_code == 75);
    CHECK(second.ended.out.empty());
    CHECK(
        has(second.ended.err, "another run of 'twice' holds the lock: host '"));
    first.signal(SIGTERM);
    CHECK(end_of(first, "twice").ended.exit_code == 143);
    CHECK(shared_world().total("scheduled_task_skipped_total", "twice") == 1);
}

TEST_CASE("ending: what the command leaves behind ends, and holds nothing up") {
    const auto file = file_of("daemon").string();
    const auto done =
        run_script("daemon", "setsid sh -c 'echo $$ > " + file +
                                 "; exec sleep 60' & while ! test -s " + file +
                                 "; do :; done; echo started");
    CHECK(done.row == "success|0");
    CHECK(done.ended.out == "started\n");
    CHECK(done.ended.seconds < 5);
    CHECK(has(done.ended.err, "left behind were ended"));
    CHECK_FALSE(lives(pid_in(file)));
    const auto stubborn = run_script(
        "daemon",
        "(trap '' TERM; while :; do echo x; sleep 0.02; done) & exit 0",
        {"--kill-after", "200ms"});
    CHECK(stubborn.row == "success|0");
    CHECK(stubborn.ended.seconds < 5);
}

TEST_CASE("ending: a command that closes its output goes on") {
    const auto done = run_script("closing", "exec >&- 2>&-; sleep 0.1; exit 6");
    CHECK(done.row == "failure|6");
}

TEST_CASE("ending: whoever reads us goes away: as without us, but recorded") {
    Command command =
        wrapper(shared_world(), "pipe", {}, {"/usr/bin/yes", "no"});
    command.argv.insert(command.argv.begin(),
                        {"/bin/bash", "-c",
                         "\"$@\" | head -n 1; exit ${PIPESTATUS[0]}", "bash"});
    const auto done = wrapped(shared_world(), "pipe", run(command));
    CHECK(done.ended.exit_code == 141);
    CHECK(done.ended.out == "no\n");
    CHECK(done.row == "failure|141");
    CHECK(done.stats.at("signal") == SIGPIPE);
}

TEST_CASE("ending: a flood of output takes no memory") {
    Command command = wrapper(shared_world(), "flood", {},
                              {"/usr/bin/head", "-c", "100M", "/dev/zero"});
    command.out_file = "/dev/null";
    const auto passed = run(command);
    CHECK(passed.exit_code == 0);
    CHECK(passed.max_rss_kib < k_most_memory_kib);
    command = wrapper(shared_world(), "flood", {"--output", "on-failure"},
                      {"/bin/sh", "-c", "head -c 60M /dev/zero; exit 1"});
    const auto held = run(command);
    CHECK(held.out.size() <= 4u << 20);
    CHECK(held.out.size() > 3u << 20);
    CHECK(has(held.err, "the first part of the output is not shown"));
    CHECK(held.max_rss_kib < k_most_memory_kib);
    MESSAGE("100 MB took " << passed.seconds << " s, " << passed.max_rss_kib
                           << " KiB; 60 MB held back " << held.max_rss_kib
                           << " KiB");
}

TEST_CASE("ending: a reader that is slow gets all of it") {
    Command command =
        wrapper(shared_world(), "slow", {}, {"/usr/bin/seq", "1", "30000"});
    command.argv.insert(
        command.argv.begin(),
        {"/bin/bash", "-c",
         "\"$@\" | (sleep 0.3; wc -c); exit ${PIPESTATUS[0]}", "bash"});
    const auto done = wrapped(shared_world(), "slow", run(command));
    CHECK(done.ended.out == "168894\n");
    CHECK(done.row == "success|0");
}

}  // namespace lark_batch::test
