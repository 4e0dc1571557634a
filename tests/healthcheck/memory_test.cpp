// When a check's state changes: a story of what runs found, told in letters.
#include "tools/lark-healthcheck/history/memory.hpp"

#include <doctest/doctest.h>

#include "tools/lark-healthcheck/history/memory_text.hpp"

namespace lark_batch::healthcheck {

namespace {

using clock::WallTime;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime k_start{std::chrono::hours{500'000}};

State state_for(char letter) {
    return letter == 'o'   ? State::ok
           : letter == 'w' ? State::warning
           : letter == 'u' ? State::unknown
                           : State::critical;
}

char letter_for(const std::optional<State>& state) {
    return state ? "owcu"[static_cast<int>(*state)] : 's';
}

struct Story {
    Check check;
    Memory memory;
    WallTime now = k_start;
    Outcome last;

    explicit Story(long long failures = 1, long long recoveries = 1) {
        check.name = "db";
        check.failure_threshold = failures;
        check.recovery_threshold = recoveries;
    }
    void take(Outcome outcome, Newcomers newcomers = Newcomers::welcome) {
        outcome.check = &check;
        outcome.checked_at = now;
        std::vector<Outcome> all{std::move(outcome)};
        settle(memory, all, newcomers);
        last = all.front();
        now += minutes{1};
    }
    // Runs that find these, s for a skip, x for one that does not finish;
    // returns the state after each.
    std::string after(const std::string& found) {
        std::string states;
        for (const char letter : found) {
            Outcome outcome;
            outcome.found = state_for(letter);
            outcome.state = outcome.found;
            outcome.message = std::string{"found "} + letter;
            outcome.finished = letter != 'x';
            if (letter == 's') {
                outcome.state = std::nullopt;
                outcome.skipped_for = "network";
            }
            take(std::move(outcome));
            states += letter_for(last.state);
        }
        return states;
    }
    const Remembered& known() const { return memory.at("db"); }
};

Memory over_text(const Memory& memory) {
    return parse_memory(to_json(memory, {"db"}));
}

}  // namespace

TEST_CASE("memory: without thresholds the state is what was found") {
    CHECK(Story{}.after("ocwuowc") == "ocwuowc");
}

TEST_CASE("memory: a state gets worse after enough failures in a row") {
    CHECK(Story{3}.after("occcc") == "ooocc");
    CHECK(Story{3}.after("occocco") == "ooooooo");
    CHECK(Story{2}.after("wcc") == "occ");
}

TEST_CASE("memory: what is worse need not be equal to count") {
    CHECK(Story{3}.after("owcu") == "ooou");
    CHECK(Story{3}.after("owcw") == "ooow");
}

TEST_CASE("memory: a state gets better after enough recoveries in a row") {
    CHECK(Story{1, 3}.after("cooo") == "ccco");
    CHECK(Story{1, 2}.after("cocoo") == "cccco");
    CHECK(Story{1, 2}.after("cwo") == "cco");
}

TEST_CASE("memory: one bad state for another goes by the same thresholds") {
    CHECK(Story{2, 1}.after("owwccw") == "oowwcw");
    CHECK(Story{1, 2}.after("cwww") == "ccww");
}

TEST_CASE("memory: changing sides begins the count anew") {
    CHECK(Story{2, 2}.after("wwcocowoo") == "owwwwwwwo");
}

TEST_CASE(
    "memory: a new check is what it is, or OK until it has failed enough") {
    CHECK(Story{1}.after("c") == "c");
    CHECK(Story{2}.after("cc") == "oc");
    CHECK(Story{2}.after("oc") == "oo");
}

TEST_CASE("memory: since, consecutive and the state before") {
    Story story{2};
    story.after("oo");
    CHECK(story.last.since == k_start);
    CHECK(story.last.consecutive == 2);
    CHECK_FALSE(story.last.changed_from);
    story.after("c");
    CHECK(story.last.since == k_start);
    CHECK(story.last.consecutive == 1);
    CHECK(story.last.message == "found c (CRITICAL, run 1 of 2 that it takes)");
    CHECK(story.known().message == "found c");
    story.after("c");
    CHECK(story.last.since == k_start + minutes{3});
    CHECK(story.last.consecutive == 2);
    CHECK(story.last.changed_from == State::ok);
    CHECK(story.last.message == "found c");
    story.after("c");
    CHECK_FALSE(story.last.changed_from);
    CHECK(story.last.since == k_start + minutes{3});
}

TEST_CASE("memory: a skip leaves the state alone, and the count too") {
    Story story{2};
    CHECK(story.after("ocsc") == "oosc");
    CHECK(story.known().skipped_for.empty());
    story.after("s");
    CHECK(story.known().state == State::critical);
    CHECK(story.known().skipped_for == "network");
    CHECK(story.known().checked_at == k_start + minutes{3});
    CHECK(story.known().known_at() == k_start + minutes{4});
}

TEST_CASE("memory: a check that was only ever skipped is new when it is not") {
    Story story{2};
    CHECK(story.after("s") == "s");
    CHECK_FALSE(story.known().state);
    CHECK(story.after("cc") == "oc");
}

TEST_CASE("memory: a check that did not finish changes nothing") {
    Story story;
    story.after("o");
    const std::string before = to_json(story.memory, {"db"});
    CHECK(story.after("x") == "c");
    CHECK(to_json(story.memory, {"db"}) == before);
    Story fresh;
    fresh.after("x");
    CHECK(fresh.memory.empty());
}

TEST_CASE("memory: a look does not hold a check back that it does not know") {
    Story story{3};
    Outcome bad;
    bad.found = State::critical;
    bad.state = State::critical;
    story.take(bad, Newcomers::left_out);
    CHECK(story.last.state == State::critical);
    CHECK_FALSE(story.last.since);
    CHECK(story.memory.empty());
}

TEST_CASE("memory: a check is due when its last result is old enough") {
    Story story;
    story.check.every = minutes{60};
    CHECK(is_due(story.check, story.memory, story.now));
    story.after("s");
    CHECK(is_due(story.check, story.memory, story.now));
    story.after("o");
    const WallTime then = story.known().checked_at;
    CHECK_FALSE(is_due(story.check, story.memory, then));
    CHECK_FALSE(is_due(story.check, story.memory, then + minutes{58}));
    CHECK(is_due(story.check, story.memory, then + minutes{59}));
    CHECK(is_due(story.check, story.memory, then - seconds{1}));
    story.check.every = text::Milliseconds{0};
    CHECK(is_due(story.check, story.memory, then));
}

TEST_CASE("memory: what is carried over says the same once more") {
    Story story{2};
    story.after("oc");
    const std::string before = to_json(story.memory, {"db"});
    Outcome carried = carried_outcome(story.check, story.memory);
    CHECK(carried.found == State::critical);
    const WallTime then = carried.checked_at;
    story.now = then;
    story.take(carried);
    CHECK(story.last.state == State::ok);
    CHECK(story.last.carried);
    CHECK(to_json(story.memory, {"db"}) == before);
}

TEST_CASE("memory: it survives being written down") {
    Story story{3};
    story.after("oc");
    Remembered& known = story.memory["db"];
    known.message = "数据库 \"down\"\n\x01";
    known.certificate_expiry = 1.8e9;
    known.measurements.push_back(
        {"used", 93.5, "%", {Range{"80"}, Range{"@1:2"}}, 0.0, 100.0, false});
    story.after("s");
    const Memory again = over_text(story.memory);
    const Remembered& same = again.at("db");
    CHECK(same.message == "数据库 \"down\"  ");
    CHECK(same.against == 1);
    CHECK(same.skipped_for == "network");
    CHECK(same.measurements.at(0).limits.crit.written() == "@1:2");
    CHECK(same.measurements.at(0).most == 100.0);
    CHECK_FALSE(same.measurements.at(0).exported);
    CHECK(to_json(again, {"db"}) == to_json(over_text(again), {"db"}));
    story.memory = again;
    CHECK(story.after("cc") == "oc");
}

TEST_CASE("memory: text that is none of ours is refused") {
    for (const char* text : {"", "{", "[]", "{\"version\":2,\"checks\":[]}",
                             "{\"version\":1,\"checks\":{}}"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_memory(text), errors::Error);
    }
    CHECK(parse_memory("{\"version\":1,\"checks\":[{\"state\":7}]}").empty());
}

TEST_CASE("memory: a time that no database takes is none") {
    const Memory memory = parse_memory(
        "{\"version\":1,\"checks\":[{\"name\":\"db\",\"state\":\"ok\","
        "\"since\":-9223372036854775808}]}");
    CHECK(memory.at("db").since == WallTime{});
}

TEST_CASE("memory: of two the newer word counts, and none from the future") {
    Story story;
    story.after("c");
    const Memory old = story.memory;
    story.after("o");
    Memory both = old;
    merge(both, Memory{story.memory});
    CHECK(both.at("db").state == State::ok);
    merge(both, Memory{old});
    CHECK(both.at("db").state == State::ok);
    forget_the_future(both, k_start);
    CHECK(both.at("db").known_at() == k_start);
    CHECK(both.at("db").since == k_start);
}

TEST_CASE("memory: a check of another run is as it was left") {
    Story story;
    CHECK_FALSE(remembered_outcome(story.check, story.memory).finished);
    story.after("w");
    const Outcome known = remembered_outcome(story.check, story.memory);
    CHECK(known.state == State::warning);
    CHECK(known.since == k_start);
    story.after("s");
    const Outcome skipped = remembered_outcome(story.check, story.memory);
    CHECK(skipped.skipped());
    CHECK(skipped.message == "needs 'network', which is down");
}

}  // namespace lark_batch::healthcheck
