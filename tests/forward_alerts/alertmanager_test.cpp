// With a real Alertmanager: what fires, is muted and ends there.
#include "tests/support/alertmanager.hpp"
#include "tests/forward_alerts/place.hpp"

namespace lark_batch::test {

namespace {

constexpr const char* k_long_ago = "2020-01-01T00:00:00Z";
constexpr const char* k_far = "2099-01-01T00:00:00Z";

class Source : public Alertmanager {
public:
    Source()
        : Alertmanager(
              "inhibit_rules:\n"
              "  - source_matchers: [alertname=Down]\n"
              "    target_matchers: [alertname=Slow]\n") {
        fire("Watchdog", "none");
    }

    void fire(const std::string& name, const std::string& severity,
              const std::string& ends = k_far) const {
        const json alert = {
            {"labels",
             {{"alertname", name},
              {"severity", severity},
              {"system", "fechatter"},
              {"instance", "a"}}},
            {"annotations",
             {{"summary", name + " of ada@example.com"},
              {"description", "<at id=all></at>\nwhy"},
              {"dashboard", "fechatter-main"},
              {"runbook_url", "https://run.example/#down"}}},
            {"generatorURL", "http://prometheus.example/graph?g0.expr=up(1)"},
            {"startsAt", k_long_ago},
            {"endsAt", ends}};
        ask("POST", "/api/v2/alerts", json::array({alert}));
    }
    void end(const std::string& name, const std::string& severity) const {
        fire(name, severity, "2020-01-02T00:00:00Z");
    }
    std::string silence(const std::string& name) const {
        const json silence = {{"matchers", json::array({{{"name", "alertname"},
                                                         {"value", name},
                                                         {"isRegex", false}}})},
                              {"startsAt", k_long_ago},
                              {"endsAt", k_far},
                              {"createdBy", "test"},
                              {"comment", "test"}};
        return ask("POST", "/api/v2/silences", silence).at("silenceID");
    }
    void unsilence(const std::string& id) const {
        ask("DELETE", "/api/v2/silence/" + id, {});
    }

private:
    json ask(const std::string& method, const std::string& path,
             const json& body) const {
        const HttpAnswer answer =
            http_request(method, url() + path, body.dump(),
                         {{"Content-Type", "application/json"}});
        REQUIRE(answer.status == 200);
        return json::parse(answer.body, nullptr, false);
    }
};

}  // namespace

TEST_CASE("forward_alerts: an alert's life is told once a step") {
    const Source source;
    Place place{{source.url()}};
    CHECK(place.news_after_run().empty());
    source.fire("Down", "warning");
    CHECK(place.forward(0, {"--dry-run"}).at("notices")[0].at("told") == 1);
    CHECK(place.news_after_run() == "new urgent");
    CHECK(place.text() ==
          "[urgent] Down (fechatter, since 2020-01-01 08:00 CST): Down of "
          "a*** — <at id=all></at> why");
    CHECK(place.news_after_run().empty());
    source.fire("Down", "critical");
    const json run = place.forward();
    CHECK(run.at("alerts").at("critical") == 1);
    CHECK(run.at("watchdog") == "present");
    CHECK(place.news() == "escalated critical");
    source.end("Down", "critical");
    CHECK(place.news_after_run().empty());
    source.end("Down", "warning");
    CHECK(place.news_after_run() == "recovered critical");
    CHECK(place.text() == "[over] Down (fechatter): Down of a***");
    CHECK(place.news_after_run().empty());
    CHECK(place.sql("SELECT string_agg(topic, ' ') FROM lark_batch.alerts") ==
          "watchdog");
}

TEST_CASE("forward_alerts: what is silenced or inhibited is quiet, not over") {
    const Source source;
    Place place{{source.url()}};
    source.fire("Slow", "info");
    CHECK(place.news_after_run() == "new reminder");
    // Inhibits the other.
    source.fire("Down", "critical");
    CHECK(place.news_after_run() == "new critical");
    const std::string silence = source.silence("Down");
    CHECK(place.forward().at("alerts").at("muted") == 2);
    CHECK(place.news().empty());
    source.unsilence(silence);
    CHECK(place.news_after_run().empty());
    // Never told while it is silenced, told when it is not.
    const std::string other = source.silence("Late");
    source.fire("Late", "critical");
    CHECK(place.news_after_run().empty());
    source.unsilence(other);
    CHECK(place.news_after_run() == "new critical");
    source.end("Slow", "info");
    CHECK(place.news_after_run() == "recovered reminder");
}

TEST_CASE("forward_alerts: without its watchdog nothing counts as over") {
    Source source;
    Place place{{source.url()}, "watchdog_after = \"1h\""};
    source.fire("Down", "critical");
    CHECK(place.news_after_run() == "new critical");
    // It comes back empty.
    source.stop();
    source.start();
    CHECK(place.forward().at("watchdog") == "absent");
    CHECK(place.news().empty());
    place.sql(
        "UPDATE lark_batch.alerts SET missing_since = now() - interval '1 h'"
        " WHERE topic = 'watchdog'");
    CHECK(place.news_after_run() == "new critical");
    CHECK(place.text().find("no alert arrives") != std::string::npos);
    CHECK(place.news_after_run().empty());
    source.fire("Watchdog", "none");
    CHECK(place.news_after_run() == "recovered critical, recovered critical");
}

}  // namespace lark_batch::test
