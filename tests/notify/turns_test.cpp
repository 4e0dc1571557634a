// What of a channel's digests is recorded, and when one failure is more than
// one digest's.
#include "tests/notify/office.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;

namespace {

constexpr const char* k_apps =
    "('a', 'app1', 1), ('b', 'app2', 1), ('c', 'app3', 1)";
constexpr const char* k_topics =
    "SELECT string_agg(topic, ' ' ORDER BY topic COLLATE \"C\")"
    " FROM lark_batch.notices";
constexpr const char* k_fine = R"({"code":0,"msg":"success"})";

config::ChannelSettings person_bot() {
    auto bot = channel_of("lark_bot");
    bot.to = {"person"};
    return bot;
}

// A custom bot whose n-th answer is that one; those after the last are fine.
struct Hook {
    explicit Hook(std::vector<std::string> given)
        : answers(std::move(given)), server([this](const HttpRequest&) {
              const auto at = count++;
              return Reply{200, {}, at < answers.size() ? answers[at] : k_fine};
          }) {}

    config::ChannelSettings channel() const {
        auto settings = channel_of("lark_webhook");
        settings.url = text::Secret{server.url() + "/hunter2"};
        return settings;
    }

    std::vector<std::string> answers;
    std::atomic<std::size_t> count{0};
    HttpServer server;
};

std::string person_of(const Sandbox& sandbox) {
    return between(sandbox.get("/_sandbox/company?list=users"),
                   R"("open_id":")", "\"");
}

}  // namespace

TEST_CASE("turn: one app's refused digest does not touch the others'") {
    Hook hook{{k_fine, R"({"code":19036,"msg":"too large"})"}};
    Office office;
    office.add(hook.channel());
    office.conditions(k_apps);
    const Report report = office.announce();
    CHECK(report.messages() == 2);
    CHECK(report.channels[0].untold == 1);
    REQUIRE(report.failure());
    CHECK(has(report.failure()->what(), "19036"));
    CHECK(office.sql(k_topics) == "a c");
    CHECK(office.announce().complete());
    CHECK(hook.count == 4);
}

TEST_CASE("turn: a hook that is unknown is asked once") {
    Hook hook{{R"({"code":19001,"msg":"invalid"})"}};
    Office office;
    office.add(hook.channel());
    office.conditions(k_apps);
    const Report report = office.announce();
    CHECK(report.channels[0].untold == 3);
    CHECK(hook.count == 1);
}

TEST_CASE("turn: each digest is recorded before the next one leaves") {
    Listener ops;
    Office office;
    office.add(ops.channel("ops"));
    office.conditions(k_apps);
    std::string recorded;
    // Before the second one begins, as a kill at that moment would find it.
    office.desk.on_tick = [&] {
        if (ops.count() == 1 && recorded.empty()) {
            recorded = office.sql(k_topics);
        }
        if (!recorded.empty()) {
            throw errors::Error{Kind::stopped, "stopped by SIGTERM"};
        }
    };
    const Report report = office.announce();
    CHECK(recorded == "a");
    REQUIRE(report.ended);
    CHECK(report.channels[0].messages == 1);
    CHECK(report.channels[0].untold == 2);
    CHECK(office.sql(k_topics) == "a");
    CHECK(ops.count() == 1);
}

TEST_CASE("turn: what stands in accepted parts is told, the rest is not") {
    Hook hook{{k_fine, R"({"code":19036,"msg":"too large"})"}};
    Office office;
    office.add(hook.channel());
    db::create_conditions(office.connection);
    office.connection.execute(
        "INSERT INTO conditions (topic, app, level) SELECT lpad(n::text, 300,"
        " 'x'), 'hr', 1 FROM generate_series(1, 250) n");
    const Report report = office.announce();
    const auto told =
        std::stoll(office.sql("SELECT count(*) FROM lark_batch.notices"));
    CHECK(report.messages() == 1);
    CHECK(told > 10);
    CHECK(told < 100);
    REQUIRE(report.channels[0].told.size() == 1);
    CHECK(report.channels[0].told[0].count == told);
    CHECK(report.channels[0].untold == 250 - told);
    CHECK(office.announce().complete());
    CHECK(office.sql("SELECT count(*), max(times) FROM lark_batch.notices") ==
          "250|1");
}

TEST_CASE("turn: people out of reach are passed by, and not asked again") {
    const Sandbox sandbox;
    Office office;
    office.desk.api = sandbox.url();
    office.add(person_bot());
    const std::string rows =
        "SELECT 'nobody ' || n, 'hr', 'ou_0nobody' || n"
        " FROM generate_series(1, 120) n UNION ALL SELECT 'x', 'hr', '" +
        person_of(sandbox) + "'";
    office.people(rows);
    const Report first = office.announce();
    CHECK(first.complete());
    CHECK(first.messages() == 1);
    CHECK(first.channels[0].undeliverable == 120);
    CHECK(first.channels[0].untold == 0);
    const int attempts = office.desk.counts.attempts;
    office.people(rows);
    CHECK(office.announce().channels[0].undeliverable == 0);
    CHECK(office.desk.counts.attempts == attempts);
    office.people("");
    const Report over = office.announce();
    CHECK(over.complete());
    CHECK(over.channels[0].undeliverable == 120);
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices"
                     " WHERE recovered_at IS NULL") == "0");
}

TEST_CASE("turn: an app that is refused is left, the next one is told") {
    const Sandbox sandbox;
    Office office;
    office.desk.api = sandbox.url();
    office.desk.unknown_app = "hr";
    office.add(person_bot());
    office.people(
        "SELECT 't' || n, 'hr', 'ou_' || n FROM generate_series(1, 120) n"
        " UNION ALL SELECT 'x', 'it', '" +
        person_of(sandbox) + "'");
    const Report report = office.announce();
    CHECK(report.messages() == 1);
    CHECK(report.channels[0].untold == 120);
    CHECK(report.failure());
    CHECK(office.sql(k_topics) == "x");
}
