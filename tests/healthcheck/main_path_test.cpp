// lark-healthcheck from the command line to its exit code.
#include <doctest/doctest.h>

#include "tests/support/http_server.hpp"
#include "tests/support/process.hpp"

namespace lark_batch {

namespace {

const std::string k_program = BINARY_FOLDER "/lark-healthcheck";

}  // namespace

TEST_CASE("healthcheck: a web service is looked at from the command line") {
    test::HttpServer server{[](const test::HttpRequest& request) {
        return test::Reply{request.target == "/bad" ? 503 : 200, {}, "OK"};
    }};
    const test::Environment none{{"LARK_BATCH_CONFIG", "/dev/null"}};
    CHECK(test::run({k_program, "http", server.url() + "/good"}, none)
              .exit_code == 0);
    const auto bad =
        test::run({k_program, "http", server.url() + "/bad"}, none);
    CHECK(bad.exit_code == 2);
    CHECK(bad.out.find("503") != std::string::npos);
}

}  // namespace lark_batch
