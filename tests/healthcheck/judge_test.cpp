#include "tools/lark-healthcheck/judge.hpp"

#include "tests/healthcheck/fixture.hpp"

namespace lark_batch::healthcheck::test {

namespace {

std::vector<Outcome> outcomes_for(const Checks& checks,
                                  const std::vector<State>& states) {
    std::vector<Outcome> list;
    for (std::size_t i = 0; i < states.size(); ++i) {
        list.push_back(outcome(checks.all[i], states[i], "as found"));
    }
    return list;
}

}  // namespace

TEST_CASE("judge: a check whose parent is down is skipped, not alarmed") {
    Checks checks;
    checks.add("network");
    checks.add("queue").depends_on = {"network"};
    checks.add("disk");
    auto list = outcomes_for(
        checks, {State::critical, State::critical, State::critical});
    skip_dependent(list);
    CHECK(list[0].state == State::critical);
    CHECK(list[1].skipped());
    CHECK(list[1].skipped_for == "network");
    CHECK(list[1].message == "needs 'network', which is down");
    CHECK(list[1].found == State::critical);
    CHECK(list[2].state == State::critical);
}

TEST_CASE("judge: UNKNOWN is down, WARNING is not") {
    for (const auto& [state, skips] :
         {std::pair{State::unknown, true}, std::pair{State::warning, false},
          std::pair{State::ok, false}}) {
        Checks checks;
        checks.add("parent");
        checks.add("child").depends_on = {"parent"};
        auto list = outcomes_for(checks, {state, State::critical});
        skip_dependent(list);
        CHECK(list[1].skipped() == skips);
    }
}

TEST_CASE("judge: a chain is followed to the one that is down") {
    Checks checks;
    checks.add("c").depends_on = {"b"};
    checks.add("b").depends_on = {"a"};
    checks.add("a");
    auto list =
        outcomes_for(checks, {State::critical, State::ok, State::critical});
    skip_dependent(list);
    CHECK(list[0].skipped_for == "a");
    CHECK(list[1].skipped_for == "a");
    CHECK(list[2].state == State::critical);
}

TEST_CASE("judge: a parent that is not in this run is not in the way") {
    Checks checks;
    checks.add("child").depends_on = {"elsewhere"};
    auto list = outcomes_for(checks, {State::critical});
    skip_dependent(list);
    CHECK(list[0].state == State::critical);
}

TEST_CASE("judge: what has not finished is UNKNOWN and says why") {
    Checks checks;
    Probed open;
    open.check = &checks.add("open");
    const auto list = outcomes_of({open}, "stopped by signal 15");
    CHECK(list[0].state == State::unknown);
    CHECK_FALSE(list[0].finished);
    CHECK(list[0].message == "not finished: stopped by signal 15");
}

TEST_CASE("judge: a message is one short line, whatever was found") {
    Checks checks;
    Probed told;
    told.check = &checks.add("told");
    told.finished = true;
    told.finding =
        found(State::critical, "line\nline\x1b[31m" + std::string(5'000, 'x'));
    const auto list = outcomes_of({told}, "");
    CHECK(list[0].message.size() <= 510);
    CHECK(list[0].message.starts_with("line line [31mx"));
}

TEST_CASE("outcome: a summary counts, and is partial only when it is") {
    Checks checks;
    for (const char* name : {"a", "b", "c", "d"}) {
        checks.add(name);
    }
    auto list = outcomes_for(
        checks, {State::ok, State::warning, State::ok, State::unknown});
    CHECK(summary_of(list, "over its time").cut_short.empty());
    list[3].finished = false;
    list[2].state.reset();
    const Summary summary = summary_of(list, "stopped by signal 15");
    CHECK(summary.counts() == "1 ok, 1 warning, 1 unknown, 1 skipped");
    CHECK(summary.shortfall() ==
          "stopped by signal 15: 1 of 4 checks did not finish");
    CHECK(summary.worst() == State::unknown);
    CHECK(summary.all() == 4);
}

TEST_CASE("outcome: what needs eyes comes first, else the file's order") {
    Checks checks;
    for (const char* name : {"ok", "w1", "u", "skip", "c", "w2"}) {
        checks.add(name);
    }
    auto list =
        outcomes_for(checks, {State::ok, State::warning, State::unknown,
                              State::ok, State::critical, State::warning});
    list[3].state.reset();
    std::string order;
    for (const Outcome* one : worst_first(list)) {
        order += one->check->name + " ";
    }
    CHECK(order == "c u w1 w2 skip ok ");
}

}  // namespace lark_batch::healthcheck::test
