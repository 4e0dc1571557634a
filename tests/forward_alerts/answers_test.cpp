// Answers that Alertmanager gives on bad days, and channels that are down.
#include "tests/forward_alerts/place.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::test {

namespace {

json alert(const std::string& name, const std::string& severity = "critical") {
    return {{"labels", {{"alertname", name}, {"severity", severity}}},
            {"annotations", json::object()},
            {"status", {{"state", "active"}}},
            {"startsAt", "2020-01-01T00:00:00Z"}};
}

std::string long_text() {
    return std::string(1'000, 'x');
}

// Says what the test wants to hear.
class Played {
public:
    Played() { say({}); }

    std::string url() const { return m_server.url(); }
    // These, and the watchdog.
    void say(const std::vector<json>& alerts) {
        json all = alerts;
        all.push_back(alert("Watchdog", "none"));
        answer({.body = all.dump()});
    }
    void answer(const Reply& reply) {
        const std::lock_guard lock{m_mutex};
        m_reply = reply;
    }

private:
    std::mutex m_mutex;
    Reply m_reply;
    HttpServer m_server{[this](const HttpRequest&) {
        const std::lock_guard lock{m_mutex};
        return m_reply;
    }};
};

}  // namespace

TEST_CASE(
    "forward_alerts: of no answer, and of half of one, nothing is taken") {
    Played source;
    Place place{{source.url()}};
    source.say({alert("Down")});
    CHECK(place.news_after_run() == "new critical");
    const std::string whole =
        json::array({alert("Down"), alert("Watchdog")}).dump();
    const std::vector<Reply> replies{
        {.status = 500},
        {.body = "<html>"},
        {.body = ""},
        {.body = "{}"},
        {.body = whole.substr(0, whole.size() / 2)},
        {.body = whole, .behaviour = Behaviour::truncate},
        {.body = whole, .behaviour = Behaviour::reset},
        {.body = R"([{"labels":{"alertname":"Watchdog"}}])"},
        {.body = "[" + std::string(17u << 20, ' ') + "]"}};
    for (const Reply& reply : replies) {
        source.answer(reply);
        CHECK(place.news_after_run(69).empty());
        CHECK(place.error.find("Alertmanager '" + source.url()) !=
              std::string::npos);
    }
    source.say({});
    CHECK(place.news_after_run() == "recovered critical");
}

TEST_CASE("forward_alerts: what no channel took is told later, even if over") {
    Played source;
    Place place{{source.url()}};
    place.inbox.answer({400});
    source.say({alert("Down"), alert("Short", "nonsense")});
    CHECK(place.news_after_run(3).empty());
    source.say({alert("Down")});
    CHECK(place.news_after_run(3).empty());
    place.inbox.answer({200});
    CHECK(place.news_after_run() == "new critical, new urgent");
    CHECK(place.latest.back().text.find("Short (other) fired since") !=
          std::string::npos);
    CHECK(place.news_after_run().empty());
    source.say({});
    CHECK(place.news_after_run() == "recovered critical");
    // The short one again: a new story.
    source.say({alert("Short")});
    CHECK(place.news_after_run() == "new critical");
}

TEST_CASE("forward_alerts: the channel that was down hears of it, too") {
    Played source;
    Inbox boss;
    boss.answer({400});
    Place place{{source.url()}, "", &boss};
    source.say({alert("Down")});
    CHECK(place.news_after_run(3) == "new critical");
    source.say({});
    CHECK(place.news_after_run(3) == "recovered critical");
    CHECK(place.news_after_run(3).empty());
    boss.answer({200});
    CHECK(place.news_after_run().empty());
    REQUIRE(boss.told().size() == 1);
    CHECK(boss.told()[0].text.find("is over since") != std::string::npos);
    CHECK(place.news_after_run().empty());
    CHECK(boss.told().size() == 1);
    CHECK(place.sql("SELECT string_agg(topic, ' ') FROM lark_batch.alerts") ==
          "watchdog");
}

TEST_CASE("forward_alerts: a channel that hangs leaves time for the next one") {
    Played source;
    Inbox boss;
    Place place{{source.url()}, "", &boss};
    source.say({alert("Down")});
    place.inbox.answer({.delay = std::chrono::seconds{20}});
    place.forward(3, {"--timeout", "3s"});
    CHECK(boss.told().size() == 1);
    CHECK(place.error.find("channel 'ops'") != std::string::npos);
}

TEST_CASE("forward_alerts: passwords and persons in it are not passed on") {
    Played source;
    Place place{{source.url()}};
    json odd = alert("Down");
    odd["labels"]["instance"] = "https://ada:secret@db1/" + long_text();
    odd["annotations"] = {{"runbook_url", "https://ada:secret@run.example"},
                          {"dashboard", "http://ada:secret@grafana/d/x"}};
    odd["generatorURL"] = "http://ada:secret@prometheus:9090/graph";
    source.say({odd});
    CHECK(place.news_after_run() == "new critical");
    CHECK(place.text().find("CST): instance=https://***@db1/xx") !=
          std::string::npos);
    CHECK(place.sql("SELECT count(*) FROM lark_batch.alerts"
                    " WHERE facts::text LIKE '%secret%'") == "0");
    source.say({alert("Bare")});
    CHECK(place.news_after_run() == "new critical, recovered critical");
    CHECK(place.text().ends_with("CST): without a summary"));
    CHECK(place.latest.back().text.find("(other): instance=https://***@db1") !=
          std::string::npos);
    source.answer({.body = R"([{"labels":{"ada@example.com":1}}])"});
    place.forward(69);
    CHECK(place.error.find("ada@") == std::string::npos);
}

TEST_CASE("forward_alerts: one of a cluster is down: partial, and told") {
    Played source;
    Played twin;
    Place place{{source.url(), "http://127.0.0.1:1", twin.url()}};
    json muted = alert("Calm");
    muted["status"]["state"] = "suppressed";
    source.say({alert("Down"), alert("Calm")});
    twin.say({alert("Down"), muted, alert("Other", "info")});
    CHECK(place.news_after_run(3) == "new critical, new reminder");
    source.say({alert("Calm")});
    CHECK(place.news_after_run(3).empty());
}

TEST_CASE(
    "forward_alerts: a run that is killed is repeated by its message id") {
    Played source;
    Place place{{source.url()}};
    source.say({alert("Down")});
    place.inbox.answer({.delay = std::chrono::seconds{20}});
    Process killed{place.command()};
    wait_for("the message", [&] { return place.inbox.messages() == 1; });
    place.forward(75);
    killed.kill9();
    CHECK(place.news() == "new critical");
    const std::string key = place.latest.front().key;
    place.inbox.answer({200});
    CHECK(place.news_after_run() == "new critical");
    CHECK(place.latest.front().key == key);
    CHECK(place.news_after_run().empty());
}

}  // namespace lark_batch::test
