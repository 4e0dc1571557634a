// The files of docs/examples as they are.
#include <doctest/doctest.h>

#include "tests/healthcheck/played.hpp"
#include "tests/support/process.hpp"

namespace lark_batch {

TEST_CASE("profiles: as shipped they are understood, without any secret") {
    for (const std::string name :
         {"lark-service", "fechatter", "crypto", "container"}) {
        CAPTURE(name);
        test::Command command;
        command.argv = {BINARY_FOLDER "/lark-healthcheck", "--config",
                        SOURCE_FOLDER "/docs/examples/" + name + ".toml",
                        "list"};
        // Nobody's own state.
        command.env = {{"STATE_DIRECTORY", "/nonexistent"}};
        command.unset = {"LARK_BATCH_CONFIG", "CREDENTIALS_DIRECTORY"};
        const auto listed = test::run(command);
        CHECK_MESSAGE(listed.exit_code == 0, listed.err);
        CHECK(listed.out.find("http") != std::string::npos);
    }
}

TEST_CASE("profiles: a check of the command line needs none of their secrets") {
    const test::Played service{{{"/", {200, {}, "OK"}}}};
    const auto finished = test::run(
        {BINARY_FOLDER "/lark-healthcheck", "http", service.url() + "/",
         "--config", SOURCE_FOLDER "/docs/examples/crypto.toml"});
    CHECK_MESSAGE(finished.exit_code == 0, finished.err);
}

}  // namespace lark_batch
