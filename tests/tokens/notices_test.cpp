// Who is told what, and how often.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/tokens/inbox.hpp"
#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

// Without refreshes, so that ends stay where a test puts them.
const Strings k_look{"--no-refresh"};

class Reception {
public:
    explicit Reception(const std::string& first = "webhook",
                       const std::string& path = "") {
        Setup setup;
        setup.sections =
            Office::routes({"first", "second"}) +
            m_office.channel("first", first,
                             path.empty() ? m_first.url()
                                          : m_office.sandbox().url() + path) +
            m_office.channel("second", "webhook", m_second.url());
        m_office.configure(setup);
        m_people = m_office.employ(2);
    }

    Office& office() { return m_office; }
    Inbox& first() { return m_first; }
    Inbox& second() { return m_second; }
    const Person& person() const { return m_people.front(); }

    // The end of the first person's token.
    void end_in(const std::string& interval) const {
        m_office.sql(
            "UPDATE lark_batch.tokens SET refresh_expires_at = now()"
            " + interval '" +
            interval + "' WHERE subject = '" + person().open_id + "'");
    }
    // As if that much time had passed since notices were sent.
    void wait(const std::string& interval) const {
        m_office.sql(
            "UPDATE lark_batch.notices SET sent_at = sent_at -"
            " interval '" +
            interval + "'");
    }

private:
    Inbox m_first;
    Inbox m_second;
    Office m_office;
    People m_people;
};

void check_news(Inbox& inbox, const std::string& kind,
                const std::string& severity) {
    const auto news = inbox.news();
    REQUIRE(news.size() == 1);
    CHECK(news[0].kind == kind);
    CHECK(news[0].severity == severity);
}

const json& channel(const Ran& run, std::size_t place) {
    return run.result.at("notices").at(place);
}

}  // namespace

TEST_CASE("a token's way to its end: once a day, at once when it gets worse") {
    Reception reception;
    Office& office = reception.office();
    Inbox& inbox = reception.first();
    reception.end_in("30 days");
    office.sql(
        "UPDATE lark_batch.tokens SET refresh_expires_at = now() +"
        " interval '30 days'");
    office.check_to(0, k_look);
    CHECK(inbox.news().empty());
    reception.end_in("6 days");
    office.check_to(0, k_look);
    check_news(inbox, "new", "reminder");
    office.check_to(0, k_look);
    CHECK(inbox.news().empty());
    reception.wait("22 hours");
    office.check_to(0, k_look);
    CHECK(inbox.news().empty());
    reception.wait("2 hours");
    office.check_to(0, k_look);
    check_news(inbox, "repeated", "reminder");
    reception.end_in("2 days");
    office.check_to(0, k_look);
    check_news(inbox, "escalated", "urgent");
    reception.end_in("-1 minute");
    office.check_to(0, k_look);
    check_news(inbox, "escalated", "critical");
    office.check_to(0, k_look);
    CHECK(inbox.news().empty());
    // The login.
    office.employ(1);
    reception.end_in("30 days");
    office.check_to(0, k_look);
    check_news(inbox, "recovered", "critical");
    office.check_to(0, k_look);
    CHECK(inbox.news().empty());
}

TEST_CASE("half the channels down: exit 3, the next run tells only the rest") {
    Reception reception;
    const Office& office = reception.office();
    reception.end_in("1 day");
    reception.second().answer({503});
    const Ran run = office.check_to(3, k_look);
    CHECK(channel(run, 0).at("messages") == 1);
    CHECK(channel(run, 1).at("untold").get<int>() > 0);
    CHECK(run.says("channel 'second'"));
    CHECK_FALSE(reception.first().news().empty());
    CHECK(reception.second().news().empty());
    reception.second().answer({200});
    office.check_to(0, k_look);
    CHECK(reception.first().news().empty());
    CHECK_FALSE(reception.second().news().empty());
    office.check_to(0, k_look);
    CHECK(reception.second().news().empty());
}

TEST_CASE("a hook that answers 200 with an error body was not told") {
    Reception reception{"lark_webhook", "/open-apis/bot/v2/hook/sandbox-" +
                                            std::string(36, 'a')};
    const Office& office = reception.office();
    reception.end_in("1 day");
    office.lark("settings", {{"webhook_ip_denied", true}});
    const Ran run = office.check_to(3, k_look);
    CHECK(run.says("19022"));
    CHECK(channel(run, 0).at("messages") == 0);
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices"
                     " WHERE channel = 'first'") == "0");
    CHECK_FALSE(reception.second().news().empty());
    office.lark("settings", {{"webhook_ip_denied", false}});
    CHECK(channel(office.check_to(0, k_look), 0).at("messages") == 1);
    CHECK(channel(office.check_to(0, k_look), 0).at("messages") == 0);
    CHECK(reception.second().news().empty());
}

TEST_CASE("a hook's address never shows, not even when it is wrong") {
    Reception reception{"lark_webhook",
                        "/open-apis/bot/v2/hook/" + std::string{k_planted}};
    reception.end_in("1 day");
    const Ran run = reception.office().check_to(
        3, {"--no-refresh", "--log-level", "debug"});
    CHECK(run.says("19001"));
}

TEST_CASE("the clock set back a day: nothing is told twice, nothing marked") {
    Reception reception;
    Office& office = reception.office();
    reception.end_in("2 days");
    office.check_to(0);
    reception.first().news();
    // What is stored lies a day ahead now.
    office.sql(
        "UPDATE lark_batch.tokens SET updated_at = updated_at + interval '1d',"
        " created_at = created_at + interval '1d', access_expires_at ="
        " access_expires_at + interval '1d', refresh_expires_at ="
        " refresh_expires_at + interval '1d';"
        "UPDATE lark_batch.notices SET sent_at = sent_at + interval '1d',"
        " first_sent_at = first_sent_at + interval '1d';"
        "UPDATE lark_batch.token_refresh_journal SET begun_at = begun_at +"
        " interval '1d', ended_at = ended_at + interval '1d'");
    const int calls = office.calls(k_token_api);
    const Ran run = office.check_to(0);
    CHECK(reception.first().news().empty());
    CHECK(office.calls(k_token_api) == calls);
    CHECK(run.app().at("needing_login") == 0);
    CHECK(office.state_of(reception.person()) == "valid");
}

TEST_CASE("a lost pair is told as critical, with what to do") {
    Reception reception;
    const Office& office = reception.office();
    reception.end_in("1 hour");
    office.fault({{"kind", "lost_answer"}}, {{"times", 1}});
    office.check_to(0);
    const auto news = reception.first().news();
    REQUIRE(news.size() == 1);
    CHECK(news[0].severity == "critical");
    CHECK(news[0].text.find("must log in again") != std::string::npos);
    office.employ(1);
    office.check_to(0);
    check_news(reception.first(), "recovered", "critical");
}

TEST_CASE("a dry run tells and refreshes nothing, and says what it would") {
    Reception reception;
    const Office& office = reception.office();
    reception.end_in("1 hour");
    const Ran plan = office.check_to(0, {"--dry-run"});
    CHECK(plan.count("due") == 1);
    CHECK(office.calls(k_token_api) == 0);
    CHECK(reception.first().messages() == 0);
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices") == "0");
    CHECK(office.check_to(0).count("refreshed") == 1);
}

TEST_CASE("lacking scopes, people who left and disabled apps are told") {
    Reception reception;
    const Office& office = reception.office();
    Setup setup;
    setup.sections =
        Office::routes({"first"}) +
        office.channel("first", "webhook", reception.first().url());
    office.configure(setup);
    office.sql(
        "UPDATE lark_batch.tokens SET refresh_expires_at = now() +"
        " interval '30 days'");
    office.sql(
        "INSERT INTO lark_batch.users (app, open_id, state, fingerprint,"
        " raw) SELECT app, subject, 'departed', 0, '{}' FROM lark_batch.tokens"
        " WHERE subject = '" +
        reception.person().open_id + "'");
    office.lark("settings", {{"application_status", 2}});
    const Ran run = office.check_to(0, k_look);
    CHECK(run.app().at("status") == "not enabled");
    auto news = reception.first().news();
    REQUIRE(news.size() == 2);
    CHECK(news[0].topic == "app/hr/disabled");
    CHECK(news[0].severity == "critical");
    CHECK(news[1].topic.ends_with("/person"));
    CHECK(news[1].text.find("has left") != std::string::npos);
}

TEST_CASE("a token that was deleted or revoked is not told to be in order") {
    Reception reception;
    Office& office = reception.office();
    office.sql(
        "UPDATE lark_batch.tokens SET refresh_expires_at = now() +"
        " interval '30 days'");
    reception.end_in("2 days");
    office.check_to(0, k_look);
    check_news(reception.first(), "new", "urgent");
    SUBCASE("deleted") {
        office.sql("DELETE FROM lark_batch.tokens");
    }
    SUBCASE("revoked") {
        office.sql(
            "UPDATE lark_batch.tokens SET state = 'revoked',"
            " refresh_sealed = NULL, refresh_hash = NULL,"
            " refresh_expires_at = NULL");
    }
    office.check_to(0, k_look);
    CHECK(reception.first().news().empty());
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices"
                     " WHERE recovered_at IS NULL") == "0");
}

TEST_CASE("the end of a login's year is told with its own day and reason") {
    Reception reception;
    Office& office = reception.office();
    office.sql(
        "UPDATE lark_batch.tokens SET chain_ends_at = now() +"
        " interval '6 days 1 hour' WHERE token_id ="
        " (SELECT min(token_id) FROM lark_batch.tokens)");
    office.check_to(0);
    const auto news = reception.first().news();
    REQUIRE(news.size() == 1);
    CHECK(news[0].severity == "reminder");
    CHECK(news[0].text.find("in 6 days") != std::string::npos);
    CHECK(news[0].text.find("a year after the last login") !=
          std::string::npos);
}
