#include <doctest/doctest.h>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace lark_batch;
using test::Finished;

namespace {

Finished admin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), LARK_ADMIN_BINARY);
    return test::run(arguments);
}

}  // namespace

TEST_CASE("lark-admin: help is 0, on stdout, within 80 columns") {
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{
             {}, {"migrate"}, {"config", "check"}, {"runs"}, {"reference"}}) {
        auto arguments = command;
        arguments.push_back("--help");
        const auto help = admin(arguments);
        CHECK(help.exit_code == 0);
        CHECK(help.err == "");
        std::size_t width = 0;
        for (std::size_t at = 0; at < help.out.size();) {
            const auto end = help.out.find('\n', at);
            width = std::max(width, end - at);
            at = end + 1;
        }
        CHECK(width <= 80);
    }
}

TEST_CASE("lark-admin: a wrong command line is 64, on stderr, without help") {
    for (const std::vector<std::string>& wrong :
         std::vector<std::vector<std::string>>{{},
                                               {"migrat"},
                                               {"migrate", "--dry"},
                                               {"migrate", "too", "much"},
                                               {"runs", "migrate"},
                                               {"migrate", "runs"},
                                               {"reference"},
                                               {"reference", "poetry"}}) {
        const auto refused = admin(wrong);
        CHECK(refused.exit_code == 64);
        CHECK(refused.out == "");
        CHECK(refused.err.starts_with("lark-admin: "));
        CHECK(refused.err.find("Usage:") == std::string::npos);
    }
}

TEST_CASE("reference: every page is printed") {
    CHECK(admin({"reference", "options"}).out.find("`--grant-to`") !=
          std::string::npos);
    CHECK(admin({"reference", "metrics"})
              .out.find("`scheduled_task_executions_total`") !=
          std::string::npos);
    CHECK(admin({"reference", "exit-codes"}).out.find("| 78 |") !=
          std::string::npos);
}

TEST_CASE("reference: the sample is a valid configuration") {
    const test::TempDir dir;
    const auto sample = admin({"reference", "sample"});
    REQUIRE(sample.exit_code == 0);
    const auto file = dir.write("sample.toml", sample.out).string();
    const auto checked = admin({"runs", "--print-config", "--config", file});
    CHECK_MESSAGE(checked.exit_code == 0, checked.err);
}

TEST_CASE("lark-admin: an output that cannot be written is a failure") {
    const auto full = test::run(
        {"sh", "-c",
         std::string{LARK_ADMIN_BINARY} + " reference metrics >/dev/full"});
    CHECK(full.exit_code == 1);
    CHECK(full.err.find("standard output") != std::string::npos);
}
