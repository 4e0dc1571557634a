// A gateway that misbehaves costs a few seconds and nothing else.
#include <doctest/doctest.h>

#include <map>

#include "tests/run/world.hpp"
#include "tests/support/http_server.hpp"

using namespace lark_batch::test;

namespace {

Reply bad(int status) {
    return {status, {{"Location", "http://127.0.0.1:9/"}}, "bad sample"};
}

Reply behave_badly(Behaviour behaviour) {
    Reply reply;
    reply.behaviour = behaviour;
    reply.body = std::string(4096, 'x');
    return reply;
}

const std::map<std::string, Reply>& bad_gateways() {
    static const std::map<std::string, Reply> all{
        {"hang", behave_badly(Behaviour::hang)},
        {"reset", behave_badly(Behaviour::reset)},
        {"drip", behave_badly(Behaviour::drip)},
        {"truncate", behave_badly(Behaviour::truncate)},
        {"301", bad(301)},
        {"400", bad(400)},
        {"500", bad(500)}};
    return all;
}

// One gateway with its world; several run at the same time, because the slow
// ones take their five seconds each.
struct Case {
    explicit Case(const Reply& reply)
        : gateway([reply](const HttpRequest&) { return reply; }),
          world(gateway.url()) {}

    HttpServer gateway;
    World world;
    std::optional<Process> stub;
};

std::map<std::string, Case> start_all(const Arguments& arguments) {
    std::map<std::string, Case> cases;
    for (const auto& [name, reply] : bad_gateways()) {
        Case& one = cases.try_emplace(name, reply).first->second;
        one.stub.emplace(one.world.command("lark-stub", arguments));
    }
    return cases;
}

Finished end_of(Case& one) {
    const auto ended = one.stub->wait(Milliseconds{20'000});
    REQUIRE(ended);
    return *ended;
}

}  // namespace

TEST_CASE("whatever the gateway does, the run ends in time with its own code") {
    auto cases = start_all({"--fail", "denied"});
    for (auto& [name, one] : cases) {
        CAPTURE(name);
        const Finished ended = end_of(one);
        CHECK(ended.exit_code == 77);
        CHECK(ended.out.empty());
        CHECK(ended.seconds < 6);
        CHECK(ended.err.find("metrics were not pushed") != std::string::npos);
        CHECK(one.world.last_run() == "failure|77");
        CHECK(one.world.total("lark_batch_metrics_push_failures_total") == 1);
        CHECK(one.gateway.requests().size() >= 2);
    }
}

TEST_CASE("--require-metrics: a lost push fails a run that succeeded") {
    auto cases = start_all({"--require-metrics"});
    for (auto& [name, one] : cases) {
        CAPTURE(name);
        const Finished ended = end_of(one);
        CHECK(ended.exit_code == 1);
        CHECK(ended.out.empty());
        CHECK(ended.seconds < 6);
    }
}

TEST_CASE("--require-metrics: any other failure keeps its code") {
    Case one{bad(500)};
    CHECK(one.world.stub({"--require-metrics", "--fail", "config"}).exit_code ==
          78);
}

TEST_CASE("a good push: two POSTs of text 0.0.4 to the job's group") {
    Case one{Reply{}};
    const Finished ended = one.world.stub({"--require-metrics"});
    CHECK(ended.exit_code == 0);
    CHECK(ended.out.empty());
    const auto requests = one.gateway.requests();
    REQUIRE(requests.size() == 2);
    for (const HttpRequest& request : requests) {
        CHECK(request.method == "POST");
        CHECK(request.target == "/metrics/job/lark-stub");
        CHECK(request.header("content-type").starts_with("text/plain"));
    }
    CHECK(requests[0].body.find("scheduled_task_last_start") !=
          std::string::npos);
    CHECK(requests[0].body.find("scheduled_task_last_completion") ==
          std::string::npos);
}

TEST_CASE("--no-push and --dry-run leave the gateway alone") {
    Case one{Reply{}};
    CHECK(one.world.stub({"--no-push"}).exit_code == 0);
    CHECK(one.world.last_run() == "success|0");
    CHECK(one.world.stub({"--dry-run", "--fail", "failed"}).exit_code == 1);
    CHECK(one.world.last_run() == "success|0");
    CHECK(one.gateway.requests().empty());
}
