#include "tools/lark-healthcheck/engine.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stdexcept>

#include "lib/errors/error.hpp"
#include "tests/healthcheck/fixture.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/wait.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::wait_for;

double seconds_of(const std::function<void()>& work) {
    const auto begin = clock::system_clock().instant();
    work();
    return std::chrono::duration<double>(clock::system_clock().instant() -
                                         begin)
        .count();
}

// Holds threads up until it is opened.
class Gate {
public:
    void open() {
        const std::lock_guard lock{m_mutex};
        m_open = true;
        m_changed.notify_all();
    }
    void pass() {
        std::unique_lock lock{m_mutex};
        m_changed.wait(lock, [this] { return m_open; });
    }
    // What a well-behaved probe does: false when the time was over first.
    bool pass_before(const Deadline& deadline) {
        std::unique_lock lock{m_mutex};
        return m_changed.wait_for(lock, deadline.remaining(),
                                  [this] { return m_open; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_open = false;
};

// Ends when its deadline has passed, and says so in its own words.
Finding wait_in_vain(const Deadline& deadline) {
    Gate never;
    never.pass_before(deadline);
    return found(State::critical, "connected, but no greeting");
}

Finding nap(Duration time, const Deadline& deadline) {
    wait_in_vain(Deadline{clock::system_clock(), deadline.at_most(time)});
    return found(State::ok, "rested");
}

// Ends the threads that a test left behind.
struct Release {
    Gate& gate;
    Engine& engine;
    ~Release() {
        gate.open();
        wait_for("the threads come back",
                 [this] { return engine.threads_left_behind() == 0; });
    }
};

}  // namespace

TEST_CASE("engine: all checks at once take as long as the slowest") {
    Bench bench;
    Checks checks;
    for (int i = 0; i < 40; ++i) {
        checks.add("c" + std::to_string(i), [](const Deadline& deadline) {
            return nap(Duration{200}, deadline);
        });
    }
    std::vector<Probed> probed;
    const double wall = seconds_of([&] { probed = bench.run(checks); });
    CHECK(wall >= 0.2);
    CHECK(wall < 2);  // one after the other: 8 s
    REQUIRE(probed.size() == 40);
    CHECK(probed[39].check == &checks.all[39]);
    CHECK(probed[39].finished);
    CHECK(probed[39].attempts == 1);
    CHECK(probed[39].seconds >= 0.2);
    CHECK(probed[39].finding.message() == "rested");
    CHECK(probed[39].finding.measurements.back().label == "time");
}

TEST_CASE("engine: no more than so many at the same time") {
    Bench bench;
    Checks checks;
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    for (int i = 0; i < 30; ++i) {
        checks.add("c" + std::to_string(i), [&](const Deadline& deadline) {
            most = std::max(most.load(), ++now);
            nap(Duration{5}, deadline);
            --now;
            return Finding{};
        });
    }
    const auto probed = bench.run(checks, Duration{20'000}, 3);
    CHECK(most == 3);
    CHECK(std::ranges::all_of(probed, &Probed::finished));
}

TEST_CASE("engine: without an answer in time the state is timeout_state") {
    Bench bench;
    Checks checks;
    Gate gate;
    const Release release{gate, bench.engine};
    checks.add("hangs", [&](const Deadline&) {
        gate.pass();
        return Finding{};
    });
    Check& tells = checks.add("tells", wait_in_vain);
    tells.timeout_state = "warning";
    for (Check& check : checks.all) {
        check.timeout = Duration{100};
    }
    const auto probed = bench.run(checks);
    CHECK(probed[0].finding.state == State::critical);
    CHECK(probed[0].finding.message() == "no answer within 100ms");
    CHECK(probed[1].finding.state == State::warning);
    CHECK(probed[1].finding.message() == "connected, but no greeting");
    CHECK(bench.engine.threads_left_behind() == 1);
}

TEST_CASE("engine: a check that still hangs is not started once more") {
    Bench bench;
    Checks checks;
    Gate gate;
    const Release release{gate, bench.engine};
    std::atomic<int> started = 0;
    checks
        .add("hangs",
             [&](const Deadline&) {
                 ++started;
                 gate.pass();
                 return Finding{};
             })
        .timeout = Duration{20};
    bench.run(checks);
    for (int i = 0; i < 3; ++i) {
        const auto probed = bench.run(checks);
        CHECK(probed[0].finding.state == State::critical);
        CHECK(probed[0].finding.message() ==
              "the attempt before it still hangs");
    }
    CHECK(started == 1);
    gate.open();
    wait_for("the thread comes back",
             [&] { return bench.engine.threads_left_behind() == 0; });
    CHECK(bench.run(checks)[0].finding.state == State::ok);
    CHECK(started == 2);
}

TEST_CASE("engine: what comes after its round is dropped") {
    Bench bench;
    Checks checks;
    Gate gate;
    const Release release{gate, bench.engine};
    Check& late = checks.add("late", [&](const Deadline&) {
        gate.pass();
        return found(State::warning, "of the first round");
    });
    late.timeout = Duration{10};
    bench.run(checks);
    Checks others;
    others.add("other", [&](const Deadline& deadline) {
        gate.open();
        return nap(Duration{30}, deadline);
    });
    const auto probed = bench.run(others);
    CHECK(probed[0].finding.message() == "rested");
}

TEST_CASE("engine: the end of the whole leaves checks unfinished") {
    Bench bench;
    Checks checks;
    checks.add("quick", [](const Deadline&) { return Finding{}; });
    checks.add("slow", wait_in_vain);  // until the end of the whole
    checks
        .add("retries",
             [](const Deadline&) { return found(State::critical, "refused"); })
        .retries = 1;
    checks.all.back().retry_delay = Duration{10'000};
    std::vector<Probed> probed;
    CHECK(seconds_of([&] { probed = bench.run(checks, Duration{150}); }) < 2);
    CHECK(probed[0].finished);
    CHECK_FALSE(probed[1].finished);
    CHECK(probed[2].finished);
    CHECK(probed[2].finding.message() == "refused");
    wait_for("the slow one notices",
             [&] { return bench.engine.threads_left_behind() == 0; });
}

TEST_CASE("engine: a request that the end of the whole cuts is unfinished") {
    lark_batch::test::HttpServer silent{
        [](const lark_batch::test::HttpRequest&) {
            lark_batch::test::Reply reply;
            reply.behaviour = lark_batch::test::Behaviour::hang;
            return reply;
        }};
    struct Asks : WebKind {
        std::string url;
        void declare(config::OptionSet&, const Check&) override {}
        std::string describe() const override { return ""; }
        http::Request request(const Surroundings&) const override {
            http::Request request;
            request.url = url;
            return request;
        }
        Finding judge(http::Response&&) const override { return {}; }
    };
    Bench bench;
    Checks checks;
    for (const char* name : {"in time", "cut"}) {
        auto asks = std::make_unique<Asks>();
        asks->url = silent.url();
        checks.add(name).probe = std::move(asks);
    }
    checks.all[0].timeout = Duration{60};
    const auto probed = bench.run(checks, Duration{200});
    CHECK(probed[0].finding.message() == "no answer within 60ms");
    CHECK_FALSE(probed[1].finished);
    CHECK_FALSE(bench.engine.left_threads_behind());
}

TEST_CASE("engine: a stop in the middle ends it at once") {
    Bench bench;
    Checks checks;
    std::atomic<bool> stop = false;
    checks.add("done", [&](const Deadline&) {
        stop = true;
        return Finding{};
    });
    Gate gate;
    const Release release{gate, bench.engine};
    checks.add("open", [&](const Deadline& deadline) {
        gate.pass_before(deadline);
        return Finding{};
    });
    Limits limits{256, Deadline{clock::system_clock()}, [&] { return !!stop; }};
    const double wall = seconds_of([&] {
        const auto probed = bench.engine.run(checks.pointers(), limits);
        CHECK(probed[0].finished);
        CHECK_FALSE(probed[1].finished);
    });
    CHECK(wall < 2);
    CHECK(bench.engine.threads_left_behind() == 1);
}

TEST_CASE("engine: a failure is tried again, as often as is wanted") {
    Bench bench;
    Checks checks;
    std::atomic<int> calls = 0;
    Check& check = checks.add("shaky", [&](const Deadline&) {
        return ++calls < 3 ? found(State::critical, "refused")
                           : found(State::warning, "slow");
    });
    check.retries = 5;
    check.retry_delay = Duration{10};
    auto probed = bench.run(checks);
    CHECK(calls == 3);  // a WARNING is no reason for another attempt
    CHECK(probed[0].attempts == 3);
    CHECK(probed[0].finding.message() == "slow");
    check.retries = 1;
    calls = -10;
    probed = bench.run(checks);
    CHECK(calls == -8);
    CHECK(probed[0].finding.state == State::critical);
}

TEST_CASE("engine: inverted, a failure is good and an answer is not") {
    Bench bench;
    Checks checks;
    checks.add("fails", [](const Deadline&) {
        return found(State::critical, "connection refused");
    });
    checks.add("answers",
               [](const Deadline&) { return found(State::ok, "HTTP 200"); });
    checks.add("unclear", [](const Deadline&) {
        return found(State::unknown, "no such option");
    });
    for (Check& check : checks.all) {
        check.invert = true;
    }
    const auto probed = bench.run(checks);
    CHECK(probed[0].finding.state == State::ok);
    CHECK(probed[0].finding.message() ==
          "fails as it should: connection refused");
    CHECK(probed[1].finding.state == State::critical);
    CHECK(probed[1].finding.message() == "should fail, but: HTTP 200");
    CHECK(probed[2].finding.state == State::unknown);
}

TEST_CASE("engine: what a probe throws is what it found") {
    Bench bench;
    Checks checks;
    checks.add("faulty", [](const Deadline&) -> Finding {
        throw errors::Error{errors::Kind::failed, "no route to host"};
    });
    checks.add("misused", [](const Deadline&) -> Finding {
        throw errors::Error{errors::Kind::config, "no such queue kind"};
    });
    checks.add("buggy", [](const Deadline&) -> Finding {
        throw std::out_of_range{"index 7"};
    });
    const auto probed = bench.run(checks);
    CHECK(probed[0].finding.state == State::critical);
    CHECK(probed[0].finding.message() == "no route to host");
    CHECK(probed[1].finding.state == State::unknown);
    CHECK(probed[2].finding.state == State::unknown);
    CHECK(has(probed[2].finding.message(), "index 7"));
}

TEST_CASE("engine: warn and crit are about the time, or about more") {
    Bench bench;
    Checks checks;
    const auto look = [](const Deadline& deadline) {
        return nap(Duration{30}, deadline);
    };
    checks.add("time", look).value = {"1ms", "10s"};
    Check& own = checks.add("own");
    own.probe = std::make_unique<FakeKind>(look, MainValue::own);
    own.value = {"", "1ms"};
    own.latency = {"", "2ms"};
    const auto probed = bench.run(checks);
    CHECK(probed[0].finding.state == State::warning);
    CHECK(has(probed[0].finding.message(), "(limit 1ms), rested"));
    CHECK(probed[1].finding.state == State::critical);
    CHECK(has(probed[1].finding.message(), "(limit 2ms)"));
}

TEST_CASE("engine: a thousand checks, and a thousand rounds leave nothing") {
    Bench bench;
    Checks many;
    for (int i = 0; i < 1'000; ++i) {
        many.add("c" + std::to_string(i),
                 [](const Deadline&) { return Finding{}; });
    }
    const auto probed = bench.run(many, Duration{20'000}, 64);
    CHECK(probed.size() == 1'000);
    CHECK(std::ranges::all_of(probed, &Probed::finished));
    Checks one;
    one.add("one", [](const Deadline&) { return Finding{}; });
    for (int i = 0; i < 1'000; ++i) {
        REQUIRE(bench.run(one)[0].finished);
    }
    CHECK(bench.engine.threads_left_behind() == 0);
    wait_for("all threads end", [] {
        const std::filesystem::directory_iterator tasks{"/proc/self/task"};
        return std::distance(begin(tasks), end(tasks)) < 20;
    });
}

}  // namespace lark_batch::healthcheck::test
