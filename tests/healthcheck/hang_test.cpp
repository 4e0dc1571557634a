// A probe that never comes back must not keep the process.
#include <doctest/doctest.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "lib/run/funnel.hpp"
#include "lib/run/tool.hpp"
#include "tests/healthcheck/fixture.hpp"
#include "tests/support/process.hpp"

namespace lark_batch::healthcheck::test {

namespace {

Finding hang(const Deadline&) {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock{mutex};
    never.wait(lock, [] { return false; });
    return {};
}

run::Result look_in_vain() {
    // The probe never comes back, so that nothing it uses may go.
    static Bench bench;
    static Checks checks;
    checks.add("hangs", hang).timeout = Duration{50};
    const auto probed = bench.run(checks);
    REQUIRE(bench.engine.left_threads_behind());
    run::abandon_threads();
    run::Result result;
    result.exit_code = 2;
    result.text = probed[0].finding.message() + "\n";
    return result;
}

run::Tool hanging_tool() {
    run::Tool tool;
    tool.name = "lark-hanger";
    tool.task = "hanger";
    tool.database = run::Database::optional;
    tool.contract = run::Contract::monitoring;
    tool.recorded = [] { return false; };
    tool.declare = [](config::OptionSet&) {};
    tool.job = [](run::Context&) { return look_in_vain(); };
    return tool;
}

}  // namespace

TEST_CASE("(alone) hang: a tool leaves a thread behind" * doctest::skip()) {
    const char* const argv[] = {"lark-hanger"};
    run::tool(hanging_tool(), 1, argv);
    FAIL("the process should have ended");
}

TEST_CASE("hang: the process ends with its answer, whatever a thread does") {
    const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
    const auto ended =
        lark_batch::test::run({self, "--no-skip", "--test-case=(alone) hang*"},
                              {{"LARK_BATCH_CONFIG", "/dev/null"}});
    CHECK(ended.exit_code == 2);
    CHECK(has(ended.out, "no answer within 50ms\n"));
    CHECK(ended.seconds < 5);
}

}  // namespace lark_batch::healthcheck::test
