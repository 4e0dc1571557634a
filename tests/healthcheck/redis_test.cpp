// The kind redis, against real servers and ones that misbehave.
#include "tools/lark-healthcheck/kinds/redis.hpp"

#include "tests/healthcheck/probe_bench.hpp"
#include "tests/support/redis.hpp"
#include "tests/support/tcp_server.hpp"

namespace lark_batch::healthcheck {

namespace {

Seen look(const std::string& address, std::vector<Given> more = {},
          const std::string& password = {}, int milliseconds = 5'000) {
    more.push_back({"address", {address}});
    Bench<Redis> bench{more};
    REQUIRE(bench.complaints() == "");
    return bench.secret("password", password)
        .look(clock::Duration{milliseconds});
}

Seen look_at(const std::function<void(test::Wire&)>& talk) {
    const test::TcpServer server{talk};
    return look(server.address(), {}, {}, 300);
}

}  // namespace

TEST_CASE("redis: a server is OK, and its numbers are measured") {
    const test::RedisServer server{{"--maxmemory", "64mb"}};
    server.ask({"RPUSH", "queue:trades", "a", "b", "c"});
    const Seen seen =
        look(server.address(), {{"length-of", {"queue:trades", "empty"}}});
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    CHECK(seen.says("as master"));
    CHECK(seen.value("length") == 3);
    CHECK(seen.value("length:queue:trades") == 3);
    CHECK(seen.value("length:empty") == 0);
    CHECK(seen.value("clients") == 1);
    CHECK(seen.value("memory") > 0);
    CHECK(seen.value("memory") < 50);
    const Seen full = look(server.address(), {{"length-of", {"queue:trades"}},
                                              {"length-crit", {"2"}},
                                              {"memory-warn", {"0"}}});
    CHECK(full.state == State::critical);
    CHECK(full.says("3 entries in 'queue:trades' (limit 2)"));
    CHECK(full.says("% of maxmemory used (limit 0)"));
    server.ask({"SET", "word", "x"});
    CHECK(look(server.address(), {{"length-of", {"word"}}}).message ==
          "key 'word' is a string, which has no length");
}

TEST_CASE("redis: passwords that are right, wrong, missing and too many") {
    const test::RedisServer locked{{"--requirepass", "hunter2"}};
    CHECK(look(locked.address(), {}, "hunter2").state == State::ok);
    CHECK(look(locked.address(), {{"user", {"default"}}}, "hunter2").state ==
          State::ok);
    const Seen wrong = look(locked.address(), {}, "wrong-secret");
    CHECK(wrong.state == State::critical);
    CHECK(wrong.message == "wrong user or password");
    CHECK(look(locked.address()).message ==
          "the server wants a password, and none is configured");
    const test::RedisServer open;
    CHECK(look(open.address(), {}, "hunter2").message ==
          "the server has no password, but one is sent");
}

TEST_CASE("redis: a replica that has lost its master is CRITICAL") {
    // Else it waits five seconds for more replicas.
    const test::RedisServer master{{"--repl-diskless-sync-delay", "0"}};
    const test::RedisServer replica{
        {"--replicaof", "127.0.0.1 " + std::to_string(master.port())}};
    test::wait_for("the replica",
                   [&] { return look(replica.address()).state == State::ok; });
    CHECK(look(replica.address(), {{"role", {"replica"}}}).state == State::ok);
    CHECK(look(replica.address(), {{"role", {"master"}}})
              .says("is a replica, not a master"));
    CHECK(look(master.address(), {{"replicas-crit", {"1:"}}}).state ==
          State::ok);
    replica.ask({"REPLICAOF", "127.0.0.1", "1"});
    CHECK(look(replica.address()).says("the replica has lost its master"));
}

TEST_CASE("redis: a server under TLS is trusted by its certificate") {
    test::Authority authority;
    const test::RedisServer server{{}, authority.issue()};
    const std::string address = "localhost:" + std::to_string(server.port());
    const std::vector<Given> sealed{{"tls", {"true"}},
                                    {"ca-file", {authority.certificate()}}};
    const Seen seen = look(address, sealed);
    CHECK_MESSAGE(seen.state == State::ok, seen.message);
    CHECK(seen.finding.certificate_expiry.has_value());
    CHECK(look(address, {{"tls", {"true"}}}).says("unknown issuer"));
}

TEST_CASE("redis: an INFO that says nothing is no answer") {
    const Seen seen = look_at([](test::Wire& wire) {
        for (int line = 0; line < 3; ++line) {
            wire.hear_line();
        }
        wire.say("+PONG\r\n");
        for (int line = 0; line < 3; ++line) {
            wire.hear_line();
        }
        wire.say("$0\r\n\r\n");
    });
    CHECK(seen.state == State::critical);
    CHECK(seen.message == "the server's answer to INFO names no version");
}

TEST_CASE("redis: a user without a password logs in, too") {
    const test::RedisServer server{
        {"--user", "watch", "on", "nopass", "+ping", "+info"}};
    CHECK(look(server.address(), {{"user", {"watch"}}}).state == State::ok);
    CHECK(look(server.address(), {{"user", {"nobody"}}}).message ==
          "wrong user or password");
}

TEST_CASE("redis: other answers are told in words") {
    const auto says = [](const std::string& text) {
        return look_at([&](test::Wire& wire) {
                   // "*1", "$4", "PING"
                   for (int line = 0; line < 3; ++line) {
                       wire.hear_line();
                   }
                   wire.say(text);
               })
            .message;
    };
    CHECK(says("-LOADING Redis is loading the dataset in memory\r\n") ==
          "the server is loading its data into memory");
    CHECK(says("-ERR odd\r\n") == "the server refuses: ERR odd");
    CHECK(says("HTTP/1.1 400 Bad Request\r\n").find("not Redis: 'HTTP/1.1") !=
          std::string::npos);
    CHECK(says("*4294967297\r\n").find("the answer is not Redis") == 0);
    CHECK(says("$99999999999999999999\r\n") ==
          "the server's answer is malformed");
    CHECK(says("+PO") == "the server closed the connection");
    check_ends_in_time(look_at([](test::Wire& wire) { wire.hold(); }), 0.3);
    check_ends_in_time(look_at([](test::Wire& wire) { wire.drip("+"); }), 0.3);
}

}  // namespace lark_batch::healthcheck
