// The kind `pushgateway` against a real one.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/healthcheck/web_look.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/pushgateway.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using Words = std::vector<std::string>;

int push(const lark_batch::test::Pushgateway& gateway, const std::string& group,
         const std::string& body) {
    return lark_batch::test::http_request(
               "POST", gateway.url() + "/metrics/job/" + group, body)
        .status;
}

}  // namespace

TEST_CASE("pushgateway kind: ages of jobs, and pushes that were refused") {
    const lark_batch::test::Pushgateway gateway;
    const auto asked = [&](const Words& more) {
        Words words{"pushgateway", "--url", gateway.url()};
        words.insert(words.end(), more.begin(), more.end());
        return look(words);
    };
    CHECK(asked({}).str() == "OK: 0 groups");
    CHECK(asked({"--jobs", "nightly"}).str() ==
          "CRITICAL: job 'nightly' has never pushed");

    REQUIRE(push(gateway, "nightly", "runs 1\n") == 200);
    REQUIRE(push(gateway, "hourly/instance/h1", "runs 1\n") == 200);
    const Seen fine = asked({"--jobs", "nightly", "--age-crit", "1h"});
    CHECK(fine.str() == "OK: 2 groups");
    CHECK(fine.measured("age")->value < 60);
    CHECK(fine.measured("age")->exported);
    CHECK(fine.measured("groups")->value == 2);
    CHECK(fine.measured("refused")->value == 0);
    const Seen late = asked({"--jobs", "nightly", "--age-crit", "1h:"});
    CHECK(late.state == State::critical);
    CHECK(late.message.find("last push of job 'nightly' was ") == 0);
    const Seen both = asked({"--jobs", "nightly", "--jobs", "hourly"});
    CHECK(both.measured("age_hourly") != nullptr);
    CHECK_FALSE(both.measured("age_hourly")->exported);

    // Another type than the other group has.
    REQUIRE(push(gateway, "hourly/instance/h1",
                 "# TYPE runs counter\nruns 2\n") == 400);
    const Seen refused = asked({});
    CHECK(refused.state == State::critical);
    CHECK(refused.message.find("the last push of job 'hourly', instance 'h1' "
                               "was refused, ") == 0);
    CHECK(refused.measured("refused")->value == 1);
    CHECK(asked({"--jobs", "nightly"}).state == State::ok);
    CHECK(asked({"--jobs", "hourly"}).state == State::critical);
    REQUIRE(push(gateway, "hourly/instance/h1", "runs 3\n") == 200);
    CHECK(asked({}).state == State::ok);
}

TEST_CASE("pushgateway kind: the configured gateway is asked by default") {
    const lark_batch::test::Pushgateway gateway;
    CHECK(look({"pushgateway"},
               "[pushgateway]\nurl = \"" + gateway.url() + "/\"\n")
              .str() == "OK: 0 groups");
}

TEST_CASE("pushgateway kind: what is none, and one that hangs") {
    using lark_batch::test::HttpRequest;
    using lark_batch::test::HttpServer;
    using lark_batch::test::Reply;
    HttpServer other{[](const HttpRequest& request) {
        return Reply{.status = request.target == "/-/ready" ? 200 : 404};
    }};
    CHECK(look({"pushgateway", "--url", other.url()}).str() ==
          "CRITICAL: its metrics: status 404 instead of 200");
    HttpServer exporter{
        [](const HttpRequest&) { return Reply{.body = "a 1"}; }};
    CHECK(look({"pushgateway", "--url", exporter.url()}).str() ==
          "CRITICAL: the metrics are not those of a Pushgateway");
    HttpServer silent{[](const HttpRequest&) {
        return Reply{.behaviour = lark_batch::test::Behaviour::hang};
    }};
    const Seen hung =
        look({"pushgateway", "--url", silent.url(), "--timeout", "300ms"});
    CHECK(hung.str() ==
          "CRITICAL: the Pushgateway does not answer: no answer in time");
    CHECK(hung.seconds < 2);
    // Who waits in vain says what that is, whoever waits.
    CHECK(look({"pushgateway", "--url", silent.url(), "--timeout", "300ms",
                "--timeout-state", "warning"})
              .state == State::warning);
}

}  // namespace lark_batch::healthcheck::test
