// The kind `command`: plugins that behave, and programs that do not.
#include <doctest/doctest.h>

#include <signal.h>

#include "tests/healthcheck/fixture.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"
#include "tools/lark-healthcheck/kinds/perfdata.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::read_file;
using lark_batch::test::TempDir;

// What a shell script, played by a plugin, comes to.
Seen run_script(const std::string& script, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"command", "--argv", "/bin/sh", "--argv=-c",
                               "--argv", script});
    return look(more);
}

// The number that a script wrote into a file.
pid_t pid_in(const std::filesystem::path& file) {
    lark_batch::test::wait_for("a process id",
                               [&] { return read_file(file).ends_with("\n"); });
    return std::stoi(read_file(file));
}

bool lives(pid_t pid) {
    // A zombie is no life: nobody has asked for its end yet.
    const std::string stat =
        read_file("/proc/" + std::to_string(pid) + "/stat");
    return !stat.empty() && stat.find(") Z ") == std::string::npos;
}

}  // namespace

TEST_CASE("command: the exit code is the state, the first line the message") {
    CHECK(run_script("echo 'DISK OK - all well'; exit 0").str() ==
          "OK: DISK OK - all well");
    CHECK(run_script("echo hot; exit 1").str() == "WARNING: hot");
    CHECK(run_script("echo hotter; echo more; exit 2").str() ==
          "CRITICAL: hotter");
    CHECK(run_script("echo what; exit 3").str() == "UNKNOWN: what");
}

TEST_CASE("command: other codes, signals and silence") {
    CHECK(run_script("echo oops; exit 9").str() ==
          "UNKNOWN: sh ended with code 9, oops");
    CHECK(run_script("kill -SEGV $$").str() ==
          "UNKNOWN: sh was ended by signal 11, sh said nothing");
    CHECK(run_script("exit 0").str() == "OK: sh said nothing");
    CHECK(run_script("echo 'cannot' >&2; exit 2").str() == "CRITICAL: cannot");
}

TEST_CASE("command: performance data become measurements") {
    const Seen seen = run_script(
        "echo \"OK | time=12ms;100;200 'disk /'=93%;80;90;0;100 size=2KB"
        " load1=0.5 bad=U\"; echo text; echo 'more | users=3;5;8'");
    CHECK(seen.message == "OK");
    REQUIRE(seen.measured("disk /") != nullptr);
    CHECK(seen.measured("disk /")->value == 93);
    CHECK(!seen.measured("disk /")->exported);
    CHECK(seen.measured("plugin_time")->value == doctest::Approx(0.012));
    CHECK(seen.measured("size")->value == 2048);
    CHECK(seen.measured("size")->unit == "B");
    CHECK(seen.measured("load1")->exported);
    CHECK(seen.measured("users")->limits.crit.written() == "8");
    CHECK(seen.measured("bad") == nullptr);
    // The plugin has judged itself.
    CHECK(seen.state == State::ok);
}

TEST_CASE("command: odd performance data are passed over") {
    const auto read =
        read_plugin_output("x | a 'it''s'=1 =5 b= c=1e3s;;;;;; d");
    REQUIRE(read.measurements.size() == 2);
    CHECK(read.measurements[0].label == "it_s");
    CHECK(read.measurements[1].value == 1000);
    CHECK(read_plugin_output("").line.empty());
    CHECK(read_plugin_output("|").measurements.empty());
    CHECK(read_plugin_output("x | '").measurements.empty());
    CHECK(read_plugin_output("x | 'a'").measurements.empty());
}

TEST_CASE("command: what it says is bounded, and it is not held up") {
    const Seen seen = run_script(
        "echo first; head -c 3000000 /dev/zero | tr '\\0' x; exit 1");
    CHECK(seen.str() == "WARNING: first");
}

TEST_CASE("command: it sees a small environment, no input, no descriptors") {
    setenv("LARK_BATCH_TEST_SECRET", "hush", 1);
    CHECK(run_script("echo \"${LARK_BATCH_TEST_SECRET:-none} $MIBS $PWD\"",
                     {"--environment", "MIBS=all", "--working-folder", "/tmp"})
              .message == "none all /tmp");
    unsetenv("LARK_BATCH_TEST_SECRET");
    CHECK(run_script("read line || echo end of input").message ==
          "end of input");
    // 3 is the folder that ls reads.
    CHECK(run_script("ls -m /proc/self/fd").message == "0, 1, 2, 3");
    CHECK(run_script("grep SigBlk /proc/self/status").message ==
          "SigBlk: 0000000000000000");
}

TEST_CASE("command: one that never ends is ended with all its group") {
    const TempDir dir;
    const Seen seen =
        run_script("trap '' TERM; sleep 60 & echo $! > " +
                       (dir / "pid").string() + "; wait; sleep 60",
                   {"--timeout", "900ms"});
    CHECK(seen.str() == "CRITICAL: no answer within 900ms");
    CHECK(seen.seconds < 1.5);
    CHECK(!lives(pid_in(dir / "pid")));
}

TEST_CASE("command: one that asks its child to keep the pipe does not hold") {
    const TempDir dir;
    const Seen seen = run_script("sleep 60 & echo $! > " +
                                 (dir / "pid").string() + "; echo fine");
    CHECK(seen.str() == "OK: fine");
    CHECK(seen.seconds < 2);
    CHECK(lark_batch::test::until([&] { return !lives(pid_in(dir / "pid")); }));
}

TEST_CASE("command: what left its group ends with the program") {
    const TempDir dir;
    const lark_batch::test::Environment none{
        {"LARK_BATCH_CONFIG", "/dev/null"}};
    const auto ended = lark_batch::test::run(
        {BINARY_FOLDER "/lark-healthcheck", "command", "--argv", "/bin/sh",
         "--argv=-c", "--argv",
         "setsid sh -c 'echo $$ > " + (dir / "pid").string() +
             "; exec sleep 60' & while ! test -s " + (dir / "pid").string() +
             "; do :; done; echo fine"},
        none);
    CHECK(ended.exit_code == 0);
    CHECK(!lives(pid_in(dir / "pid")));
}

TEST_CASE("command: children that a shell had before its exec live on") {
    const TempDir dir;
    const lark_batch::test::Environment none{
        {"LARK_BATCH_CONFIG", "/dev/null"}};
    const auto ended = lark_batch::test::run(
        {"/bin/sh", "-c",
         "sleep 60 > /dev/null 2>&1 & echo $! > " + (dir / "pid").string() +
             "; exec " BINARY_FOLDER "/lark-healthcheck command echo fine"},
        none);
    CHECK(ended.exit_code == 0);
    const pid_t before = pid_in(dir / "pid");
    CHECK(lives(before));
    kill(before, SIGKILL);
}

TEST_CASE("command: a program that is not there is UNKNOWN") {
    CHECK(look({"command", "/no/such/check_thing"}).str() ==
          "UNKNOWN: cannot start check_thing: No such file or directory");
    CHECK(look({"command", "/etc/passwd"}).state == State::unknown);
    CHECK_THROWS_AS(look({"command"}), lark_batch::errors::Error);
    CHECK_THROWS_AS(look({"command", "true", "--environment", "x"}),
                    lark_batch::errors::Error);
}

TEST_CASE("command: words behind the kind are its arguments") {
    CHECK(look({"command", "echo", "two", "words"}).message == "two words");
}

}  // namespace lark_batch::healthcheck::test
