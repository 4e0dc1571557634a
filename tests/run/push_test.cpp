// A gateway that misbehaves costs a few seconds and nothing else.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>

#include "lib/files/descriptor.hpp"

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

constexpr const char* k_silent_address = "127.77.0.53";

// A name server that takes every question and answers none. Nothing unless
// the test may open port 53 and give a program a resolv.conf of its own.
lark_batch::files::Descriptor silent_name_server() {
    lark_batch::files::Descriptor server{
        socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    inet_pton(AF_INET, k_silent_address, &address.sin_addr);
    const bool may_mount =
        geteuid() == 0 && run({"unshare", "--mount", "true"}).exit_code == 0;
    if (!may_mount ||
        bind(server.get(), reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0) {
        return lark_batch::files::Descriptor{};
    }
    return server;
}

// The command in a world where only the silent server knows names.
Command among_silence(const World& world, const TempDir& dir,
                      const Arguments& arguments) {
    const auto names = dir.write(
        "resolv.conf", "nameserver " + std::string{k_silent_address} + "\n");
    Command command = world.command("lark-stub", arguments);
    const Arguments plain = command.argv;
    command.argv = {
        "unshare",
        "--mount",
        "sh",
        "-c",
        "mount --bind '" + names.string() + "' /etc/resolv.conf && exec \"$@\"",
        "sh"};
    command.argv.insert(command.argv.end(), plain.begin(), plain.end());
    return command;
}

}  // namespace

TEST_CASE("a silent name server costs no more than a silent gateway") {
    const auto server = silent_name_server();
    if (!server) {
        MESSAGE("not root or without unshare: not tried");
        return;
    }
    const World world{"http://gateway.example:9091"};
    const TempDir dir;
    const auto ended = run(among_silence(world, dir, {"--fail", "denied"}));
    CHECK(ended.exit_code == 77);
    // Its thread would be waited for, ten seconds and more at the end.
    CHECK(ended.seconds < 9);
    CHECK(ended.err.find("metrics were not pushed") != std::string::npos);
}

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

TEST_CASE("what a second try would not mend is tried once at the end") {
    for (const auto& [status, posts] : std::map<int, std::size_t>{{301, 2},
                                                                  {400, 2},
                                                                  {401, 2},
                                                                  {404, 2},
                                                                  {429, 4},
                                                                  {500, 4},
                                                                  {503, 4}}) {
        CAPTURE(status);
        Case one{bad(status)};
        CHECK(one.world.stub().exit_code == 0);
        CHECK(one.gateway.requests().size() == posts);
    }
}

TEST_CASE("a slash at the end of the gateway's URL is not doubled") {
    for (const char* slashes : {"/", "//", "/prefix/"}) {
        CAPTURE(std::string{slashes});
        Case one{Reply{}};
        one.world.set_gateway(one.gateway.url() + slashes);
        CHECK(one.world.stub().exit_code == 0);
        const bool prefixed = std::string{slashes} == "/prefix/";
        CHECK(one.gateway.requests().at(0).target ==
              (prefixed ? "/prefix/metrics/job/lark-stub"
                        : "/metrics/job/lark-stub"));
    }
}

TEST_CASE("--no-push and --dry-run leave the gateway alone") {
    Case one{Reply{}};
    CHECK(one.world.stub({"--no-push"}).exit_code == 0);
    CHECK(one.world.last_run() == "success|0");
    CHECK(one.world.stub({"--dry-run", "--fail", "failed"}).exit_code == 1);
    CHECK(one.world.last_run() == "success|0");
    CHECK(one.gateway.requests().empty());
}
