#include "lib/db/notices.hpp"

#include <doctest/doctest.h>

#include "tests/db/told.hpp"

using namespace lark_batch;
using namespace lark_batch::db;

TEST_CASE("notices: what was never told is due, the worst first") {
    Told told;
    told.conditions("('a', 1), ('b', 3), ('c', 2), ('d', 3)");
    CHECK(told.due() == "b:new:3:0 d:new:3:0 c:new:2:0 a:new:1:0 ");
}

TEST_CASE("notices: what was told is silent until it is time to repeat it") {
    Told told;
    told.conditions("('a', 1)");
    told.tell();
    CHECK(told.due().empty());
    told.age("22 hours 59 minutes");
    CHECK(told.due().empty());
    told.age("2 minutes");
    CHECK(told.due() == "a:repeated:1:1 ");
}

TEST_CASE("notices: a timer that is a little early finds it due all the same") {
    Told told;
    told.scope.repeat_after = clock::Duration{20 * 60'000};
    told.conditions("('a', 1)");
    told.tell();
    told.age("18 minutes 50 seconds");
    CHECK(told.due().empty());
    told.age("15 seconds");
    CHECK(told.due() == "a:repeated:1:1 ");
    told.tell();
    told.scope.repeat_after = 30 * k_day;
    told.age("29 days 22 hours 59 minutes");
    CHECK(told.due().empty());
    told.age("2 minutes");
    CHECK(told.due() == "a:repeated:1:1 ");
}

TEST_CASE("notices: told counts from the freeze, however long sending takes") {
    Told told;
    const auto sent_at_the_freeze = [&told](const std::string& column) {
        told.freeze();
        const auto group = due_groups(told.connection, nullptr, 1).at(0);
        // As if sending had taken so long.
        told.connection.execute(
            "UPDATE due_notices SET frozen_at = frozen_at - interval '1 h'");
        record_told(told.connection, told.scope, group);
        return ask(told.connection,
                   "SELECT now() - " + column +
                       " > interval '59 min' FROM lark_batch.notices");
    };
    told.conditions("('a', 1)");
    CHECK(sent_at_the_freeze("sent_at") == "t");
    told.conditions("('a', 2)");
    CHECK(sent_at_the_freeze("sent_at") == "t");
    told.conditions("");
    CHECK(sent_at_the_freeze("recovered_at") == "t");
}

TEST_CASE("notices: of a group, some topics can be told alone") {
    Told told;
    told.conditions("('a', 2)");
    told.tell();
    told.conditions("('b', 3), ('c', 2), ('d', 1)");
    told.freeze();
    const auto group = due_groups(told.connection, nullptr, 1).at(0);
    record_told(told.connection, told.scope, group, {"b", "d"});
    CHECK(told.due() == "c:new:2:0 a:recovered:2:2 ");
    told.freeze();
    record_told(told.connection, told.scope, group, {"a"});
    CHECK(told.due() == "c:new:2:0 ");
}

TEST_CASE("notices: what was frozen but not accepted stays due") {
    Told told;
    told.conditions("('a', 1)");
    CHECK(told.due() == "a:new:1:0 ");
    CHECK(told.due() == "a:new:1:0 ");
}

TEST_CASE("notices: a higher level is told at once, a lower one in time") {
    Told told;
    told.conditions("('a', 1), ('b', 3)");
    told.tell();
    told.conditions("('a', 2), ('b', 2)");
    CHECK(told.due() == "a:escalated:2:1 ");
    told.tell();
    CHECK(told.due().empty());
    told.age("24 hours");
    CHECK(told.due() == "a:repeated:2:2 b:repeated:2:3 ");
    told.tell();
    told.conditions("('b', 3)");
    CHECK(told.due() == "b:escalated:3:2 a:recovered:2:2 ");
}

TEST_CASE("notices: what is over is told once, and may come back") {
    Told told;
    told.conditions("('a', 2)");
    told.tell();
    told.conditions("");
    CHECK(told.due() == "a:recovered:2:2 ");
    told.tell();
    CHECK(told.due().empty());
    told.conditions("('a', 1)");
    CHECK(told.due() == "a:new:1:0 ");
    told.tell();
    CHECK(ask(told.connection,
              "SELECT times || ' ' || level || ' ' ||"
              " (recovered_at IS NULL) || ' ' || (first_sent_at = sent_at)"
              " FROM lark_batch.notices") == "1 1 true true");
}

TEST_CASE("notices: of what is quiet nothing is told, and it is not over") {
    Told told;
    told.conditions("('a', 1)");
    told.tell();
    told.conditions("('a', 3), ('b', 3)");
    told.connection.execute("UPDATE conditions SET quiet = true");
    CHECK(told.due().empty());
    told.connection.execute("UPDATE conditions SET quiet = false");
    CHECK(told.due() == "a:escalated:3:1 b:new:3:0 ");
}

TEST_CASE("notices: what is past is told to those who have not heard of it") {
    Told told;
    told.conditions("('a', 1)");
    told.tell();
    told.conditions("('a', 1), ('b', 2)");
    told.connection.execute(
        "UPDATE conditions SET past_from = now() - interval '1 min'");
    CHECK(told.due() == "b:new:2:0 a:recovered:1:1 ");
    told.tell();
    told.connection.execute(
        "UPDATE lark_batch.notices SET recovered_at = sent_at");
    CHECK(told.due().empty());
    told.connection.execute("UPDATE conditions SET past_from = now()");
    CHECK(told.due() == "b:new:2:0 a:new:1:0 ");
}

TEST_CASE("notices: only an app that was looked at can have recovered") {
    Told told;
    told.conditions("('a', 2)");
    told.tell();
    told.conditions("");
    told.scope.examined = {"it", ""};
    CHECK(told.due().empty());
    told.scope.examined = {"it", "hr"};
    told.scope.apps = {"it"};
    CHECK(told.due().empty());
    told.scope.apps = {"hr"};
    CHECK(told.due() == "a:recovered:2:2 ");
}

TEST_CASE("notices: a channel hears of its levels and apps only") {
    Told told;
    told.conditions("('a', 1), ('b', 2)");
    told.connection.execute(
        "INSERT INTO conditions (topic, level, app) VALUES ('c', 2, 'it'),"
        " ('d', 2, '')");
    told.scope.levels = {2};
    told.scope.apps = {"hr"};
    CHECK(told.due() == "b:new:2:0 ");
    told.scope.apps = {};
    CHECK(told.due() == "d:new:2:0 | b:new:2:0 | c:new:2:0 ");
    told.scope.levels = {};
    CHECK(told.due().empty());
}

TEST_CASE("notices: a level that goes elsewhere is not over") {
    Told told;
    told.conditions("('a', 3)");
    told.scope.levels = {3};
    told.tell();
    told.conditions("('a', 1)");
    CHECK(told.due().empty());
}

TEST_CASE("notices: each channel and each source has a memory of its own") {
    Told told;
    told.conditions("('a', 1)");
    told.tell();
    told.scope.channel = "boss";
    CHECK(told.due() == "a:new:1:0 ");
    told.scope.channel = "ops";
    told.scope.source = "health";
    CHECK(told.due() == "a:new:1:0 ");
}

TEST_CASE("notices: a clock that was set back does not silence for long") {
    Told told;
    told.conditions("('a', 1)");
    told.tell();
    told.age("-30 days");
    freeze_due(told.connection, told.scope, FutureNotices::kept);
    CHECK(ask(told.connection,
              "SELECT sent_at > now() FROM lark_batch.notices") == "t");
    CHECK(told.due().empty());
    CHECK(ask(told.connection,
              "SELECT sent_at <= now() FROM lark_batch.notices") == "t");
    told.age("24 hours");
    CHECK(told.due() == "a:repeated:1:1 ");
}

TEST_CASE("notices: a message to each person, none to nobody") {
    Told told;
    told.conditions("('a', 1), ('b', 2)");
    told.connection.execute(
        "INSERT INTO conditions (topic, level, app) VALUES ('c', 2, 'hr')");
    told.scope.by_person = true;
    CHECK(told.due() == "a:new:1:0 | b:new:2:0 ");
    told.freeze();
    const auto groups = due_groups(told.connection, nullptr, 100);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].person == "ou_a");
    record_told(told.connection, told.scope, groups[0]);
    CHECK(told.due() == "b:new:2:0 ");
    told.conditions("");
    CHECK(told.due() == "a:recovered:1:1 ");
    told.freeze();
    CHECK(due_groups(told.connection, nullptr, 1).at(0).person == "ou_a");
}

TEST_CASE("notices: groups come page by page, each once") {
    Told told;
    told.conditions("('a', 1), ('b', 2), ('c', 3), ('d', 1), ('e', 1)");
    told.scope.by_person = true;
    told.freeze();
    std::string all;
    std::optional<NoticeGroup> last;
    for (;;) {
        const auto page =
            due_groups(told.connection, last ? &*last : nullptr, 2);
        if (page.empty()) {
            break;
        }
        CHECK(page.size() <= 2);
        for (const auto& group : page) {
            all += group.person + " ";
        }
        last = page.back();
    }
    CHECK(all == "ou_a ou_b ou_c ou_d ou_e ");
}

TEST_CASE("notices: the pages of many people are not read again and again") {
    Told told;
    told.conditions("");
    told.connection.execute(
        "INSERT INTO conditions (topic, level, app, person)"
        " SELECT 'topic ' || n, 1 + n % 3, 'hr', 'ou_' || n"
        " FROM generate_series(1, 30000) n");
    told.scope.by_person = true;
    CHECK(told.freeze() == 30'000);
    long long count = 0;
    std::optional<NoticeGroup> last;
    for (;;) {
        const auto page =
            due_groups(told.connection, last ? &*last : nullptr, 50);
        if (page.empty()) {
            break;
        }
        count += static_cast<long long>(page.size());
        last = page.back();
    }
    CHECK(count == 30'000);
}

TEST_CASE("notices: an entry brings its facts as texts and as they are") {
    Told told;
    told.conditions("('a', 1)");
    told.freeze();
    const auto group = due_groups(told.connection, nullptr, 1).at(0);
    REQUIRE(group.counts.size() == 1);
    CHECK(group.counts[0].label == "user");
    CHECK(group.counts[0].count == 1);
    const auto entry = due_notices(told.connection, group, 1).at(0);
    CHECK(entry.facts.at("days") == "3");
    CHECK(entry.facts.at("of") == "a");
    CHECK(entry.facts_json == R"({"of": "a", "days": 3})");
    CHECK(entry.person == "ou_a");
    CHECK(entry.told.empty());
}

TEST_CASE("notices: the mark of the last telling changes with each one") {
    Told told;
    const auto mark = [&told] {
        told.freeze();
        const auto group = due_groups(told.connection, nullptr, 1).at(0);
        return due_notices(told.connection, group, 1).at(0).told;
    };
    told.conditions("('a', 1)");
    CHECK(mark().empty());
    told.tell();
    told.age("24 hours");
    const auto first = mark();
    CHECK_FALSE(first.empty());
    CHECK(mark() == first);
    told.tell();
    told.conditions("");
    told.tell();
    told.conditions("('a', 1)");
    CHECK_FALSE(mark().empty());
    CHECK(mark() != first);
}

TEST_CASE("notices: a hundred thousand topics are counted, few are read") {
    Told told;
    told.conditions("");
    told.connection.execute(
        "INSERT INTO conditions (topic, level, app, label)"
        " SELECT 'topic ' || n, 1 + n % 3, 'hr', 'user'"
        " FROM generate_series(1, 100000) n");
    CHECK(told.freeze() == 100'000);
    const auto groups = due_groups(told.connection, nullptr, 100);
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].counts.size() == 3);
    CHECK(groups[0].counts[0].level == 3);
    CHECK(groups[0].counts[0].count == 33'333);
    CHECK(due_notices(told.connection, groups[0], 200).size() == 200);
    record_told(told.connection, told.scope, groups[0]);
    CHECK(told.freeze() == 0);
    create_conditions(told.connection);
    CHECK(told.freeze() == 100'000);
}

TEST_CASE("notices: only a topic that was looked at can have recovered") {
    Told told;
    told.conditions("('a', 2), ('b', 2)");
    told.tell();
    told.conditions("");
    told.scope.topics = {"b", "c"};
    CHECK(told.due() == "b:recovered:2:2 ");
    told.tell();
    CHECK(told.due().empty());
    told.scope.topics = {};
    CHECK(told.due() == "a:recovered:2:2 ");
}

TEST_CASE("notices: one condition comes as it is") {
    Told told;
    told.conditions("");
    Notice notice;
    notice.topic = "a'b";
    notice.app = "hr";
    notice.label = "task";
    notice.level = 3;
    notice.facts_json = R"({"error": "人 \"x\""})";
    add_condition(told.connection, notice);
    told.freeze();
    const auto group = due_groups(told.connection, nullptr, 1).at(0);
    const auto entry = due_notices(told.connection, group, 1).at(0);
    CHECK(entry.topic == "a'b");
    CHECK(entry.label == "task");
    CHECK(entry.level == 3);
    CHECK(entry.facts.at("error") == "人 \"x\"");
}

TEST_CASE("notices: what was told without the database is told") {
    Told told;
    const auto now = clock::system_clock().now();
    Notice notice;
    notice.topic = "a";
    notice.app = "hr";
    notice.level = 2;
    const auto before = [&](clock::Duration ago) {
        record_told_before(told.connection, "check", "ops", notice, now - ago);
    };
    CHECK_FALSE(is_open(told.connection, "check", "a"));
    before(clock::Duration{60'000});
    CHECK(is_open(told.connection, "check", "a"));
    told.conditions("('a', 2)");
    CHECK(told.due().empty());
    // An older word than the table's changes nothing.
    notice.level = 3;
    before(k_day);
    told.conditions("('a', 3)");
    CHECK(told.due() == "a:escalated:3:2 ");
    told.conditions("");
    CHECK(told.due() == "a:recovered:2:2 ");
}

TEST_CASE("notices: what is over without a word is news when it comes back") {
    Told told;
    told.conditions("('a', 2), ('b', 2)");
    told.tell();
    const auto now = clock::system_clock().now();
    record_over(told.connection, "check", "a", now - k_day);
    CHECK(is_open(told.connection, "check", "a"));
    record_over(told.connection, "check", "a", now + k_day);
    CHECK_FALSE(is_open(told.connection, "check", "a"));
    CHECK(is_open(told.connection, "check", "b"));
    CHECK(told.due() == "a:new:2:0 ");
}
