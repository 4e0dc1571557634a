// What goes through lark-run: arguments, input, output, environment, exit code.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/lark_run/commands.hpp"
#include "tools/lark-run/job.hpp"

namespace lark_batch::test {

namespace {

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

Finished start(const Arguments& arguments) {
    return run(shared_world().command("lark-run", arguments));
}

}  // namespace

TEST_CASE("passing: arguments, input, environment and both streams") {
    Command command = wrapper(
        shared_world(), "cat", {},
        {"/bin/sh", "-c", "cat; echo \"$1|$2|$X|$LARK_RUN_TASK\" >&2; pwd",
         "sh", "--json", "a b"});
    command.input = std::string{"in\0put\xff", 7};
    command.env = {{"X", "yes"}};
    command.working_dir = "/tmp";
    const auto done = wrapped(shared_world(), "cat", run(command));
    CHECK(done.ended.exit_code == 0);
    CHECK(done.ended.out == command.input + "/tmp\n");
    CHECK(done.ended.err == "--json|a b|yes|cat\n");
    CHECK(done.row == "success|0");
    CHECK(done.stats.at("command") == "sh");
    CHECK(done.stats.at("attempts") == 1);
    CHECK(done.stats.at("command_exit_code") == 0);
    CHECK(done.stats.at("signal").is_null());
    CHECK(has(done.stats.at("output_tail"), "in put?"));
}

TEST_CASE("passing: a run within a run has its own name, once") {
    Command inner =
        wrapper(shared_world(), "inner", {}, {"printenv", "LARK_RUN_TASK"});
    inner.env = {{"LARK_RUN_TASK", "outer"}};
    CHECK(run(inner).out == "inner\n");
}

TEST_CASE("passing: much output comes whole and in order") {
    const auto done = run_script("much", "seq 1 300000; seq 1 9 >&2");
    CHECK(done.ended.out.size() == 1'988'895);
    CHECK(done.ended.out.ends_with("299999\n300000\n"));
    CHECK(done.ended.err == "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    CHECK(done.stats.at("output_tail").get<std::string>().size() <= 8192);
    CHECK(done.stats.at("output_bytes") == 1'988'895 + 18);
}

TEST_CASE("passing: streams that are one file stay in order") {
    const std::string script =
        "i=0; while [ $i -lt 200 ]; do echo o$i; echo e$i >&2; i=$((i+1)); "
        "done";
    Command command =
        wrapper(shared_world(), "order", {}, {"/bin/sh", "-c", script});
    command.argv.insert(command.argv.begin(),
                        {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"});
    std::string wanted;
    for (int i = 0; i < 200; ++i) {
        wanted += "o" + std::to_string(i) + "\ne" + std::to_string(i) + "\n";
    }
    CHECK(run(command).out == wanted);
}

TEST_CASE("passing: exit codes, and what they are mapped to") {
    CHECK(run_script("plain", "exit 41").ended.exit_code == 41);
    CHECK(row_of(shared_world(), "plain", "outcome, exit_code, error") ==
          "failure|41|'sh' ended with exit code 41");
    const Arguments map{"--success-codes", "1,3", "--partial-codes", "24-26"};
    const auto success = run_script("mapped", "exit 3", map);
    CHECK(success.ended.exit_code == 0);
    CHECK(success.ended.err.empty());
    CHECK(success.row == "success|0");
    CHECK(success.stats.at("command_exit_code") == 3);
    const auto partial = run_script("mapped", "exit 25", map);
    CHECK(partial.ended.exit_code == 3);
    CHECK(partial.row == "partial|3");
    CHECK(run_script("mapped", "exit 27", map).row == "failure|27");
    const auto skipped = run_script("plain", "exit 75");
    CHECK(skipped.ended.exit_code == 75);
    CHECK(skipped.row == "failure|75");
    CHECK(has(skipped.ended.err, "takes 75 for a skipped run"));
    CHECK(run_script("plain", "kill -SEGV $$").row == "failure|139");
}

TEST_CASE("passing: 127 for what is not there, 126 for what is no program") {
    World& world = shared_world();
    const auto missing =
        wrapped(world, "start",
                run(wrapper(world, "start", {"--retries", "3"}, {"no-such"})));
    CHECK(missing.ended.exit_code == 127);
    CHECK(missing.row == "failure|127");
    CHECK(missing.stats.at("attempts") == 1);
    CHECK(missing.stats.at("command_exit_code").is_null());
    CHECK(has(missing.ended.err, "hint: give its whole path"));
    CHECK(run(wrapper(world, "start", {}, {"/etc/passwd"})).exit_code == 126);
    const auto folder = run_script("start", "true", {"--directory", "/none"});
    CHECK(folder.ended.exit_code == 78);
    CHECK(run_script("start", "pwd", {"--directory", "/usr"}).ended.out ==
          "/usr\n");
}

TEST_CASE("passing: --json has the result alone on standard output") {
    const auto done =
        run_script("json", "echo out; echo TOKEN=hunter2; exit 5", {"--json"});
    CHECK(done.ended.exit_code == 5);
    CHECK(has(done.ended.err, "out\nTOKEN=hunter2\n"));
    const auto result = nlohmann::json::parse(done.ended.out);
    CHECK(result.at("outcome") == "failure");
    CHECK(result.at("exit_code") == 5);
    CHECK(result.at("command_exit_code") == 5);
    CHECK(result.at("output_tail") == "out\nTOKEN=***");
    CHECK(done.stats.at("output_tail") == "out\nTOKEN=***");
}

TEST_CASE("passing: --output holds back, or drops") {
    const std::string script = "echo one; echo two >&2; exit ";
    const Arguments on_failure{"--output", "on-failure"};
    const auto fine = run_script("held", script + "0", on_failure);
    CHECK((fine.ended.out + fine.ended.err).empty());
    CHECK(has(fine.stats.at("output_tail"), "one"));
    const auto bad = run_script("held", script + "2", on_failure);
    CHECK(bad.ended.out == "one\n");
    CHECK(has(bad.ended.err, "two\n"));
    const auto never = run_script("held", script + "2", {"--output", "never"});
    CHECK(never.ended.out.empty());
    CHECK_FALSE(has(never.ended.err, "two"));
    const auto own = run_script("held", "echo x; ls -l /proc/$$/fd/1",
                                {"--keep-output", "0"});
    CHECK(has(own.ended.out, "x\n"));
    CHECK_FALSE(has(own.ended.out, "pipe:"));
    CHECK(own.stats.at("output_tail") == "");
}

TEST_CASE("passing: --redact and [run] redact add to what is taken out") {
    const auto done =
        run_script("redacted", "echo card 4111 pin 7 secret=x",
                   {"--redact", "card [0-9]+", "--redact", "pin ([0-9])"});
    CHECK(done.stats.at("output_tail") == "*** pin *** secret=***");
    CHECK(has(done.ended.out, "card 4111"));
    CHECK(start({"--task", "x", "--redact", "(", "--", "true"}).exit_code ==
          64);
}

TEST_CASE("passing: retries until it works, with the attempt in view") {
    const auto done = run_script(
        "retried", "echo $LARK_RUN_ATTEMPT; [ $LARK_RUN_ATTEMPT = 3 ]",
        {"--retries", "4", "--retry-delay", "10ms"});
    CHECK(done.ended.exit_code == 0);
    CHECK(done.ended.out == "1\n2\n3\n");
    CHECK(done.row == "success|0");
    CHECK(done.stats.at("attempts") == 3);
    CHECK(done.stats.at("output_tail") == "3");
    const auto never = run_script("retried", "exit 9",
                                  {"--retries", "1", "--retry-delay", "0"});
    CHECK(never.row == "failure|9");
    CHECK(has(never.ended.err, "'sh' ended with exit code 9 at attempt 2"));
    const auto late = run_script(
        "retried", "exit 9",
        {"--retries", "1", "--retry-delay", "1h", "--timeout", "9s"});
    CHECK(late.row == "failure|9");
    CHECK(late.stats.at("attempts") == 1);
}

TEST_CASE("passing: pauses double up to a quarter of an hour, with jitter") {
    using clock::Duration;
    using lark_run::pause_before;
    CHECK(pause_before(1, Duration{10'000}, 0) == Duration{10'000});
    CHECK(pause_before(3, Duration{10'000}, 0) == Duration{40'000});
    CHECK(pause_before(100, Duration{10'000}, 0) == Duration{900'000});
    CHECK(pause_before(2, Duration{3'600'000}, 0) == Duration{3'600'000});
    CHECK(pause_before(1, Duration{10'000}, 1'000) == Duration{11'000});
    CHECK(pause_before(9, Duration{0}, 7) == Duration{0});
}

TEST_CASE("passing: the command of the registry, unless one is given") {
    World world;
    world.set_more(
        "[tasks.night]\ncommand = [\"/bin/echo\", \"from the file\"]\n"
        "partial_codes = \"4\"\n[run]\nredact = [\"the (file)\"]\n");
    const auto done =
        wrapped(world, "night", run(wrapper(world, "night", {}, {})));
    CHECK(done.ended.out == "from the file\n");
    CHECK(done.stats.at("output_tail") == "from the ***");
    CHECK(run(wrapper(world, "night", {}, {"/bin/sh", "-c", "exit 4"}))
              .exit_code == 3);
    CHECK(run(wrapper(world, "other", {}, {})).exit_code == 64);
    const auto printed = run(world.command(
        "lark-run", {"--task", "night", "--print-config", "--", "true"}));
    CHECK(has(printed.out, "partial_codes = \"4\""));
}

TEST_CASE("passing: a command line that could mean another thing is refused") {
    for (const Arguments& wrong :
         {Arguments{"--", "true"}, Arguments{"--task", "x", "true"},
          Arguments{"--task", "x", "--"}, Arguments{"--task", "x"},
          Arguments{"--task", "sync_users", "--", "true"},
          Arguments{"--task", "Backup", "--", "true"},
          Arguments{"--task", "a/b", "--", "true"},
          Arguments{"--task", std::string(65, 'a'), "--", "true"},
          Arguments{"--task", "x", "--partial-codes", "0", "--", "true"},
          Arguments{"--task", "x", "--success-codes", "300", "--", "true"}}) {
        const auto ended = start(wrong);
        CAPTURE(ended.err);
        CHECK(ended.exit_code == 64);
        CHECK(ended.out.empty());
    }
}

}  // namespace lark_batch::test
