// What Lark may answer to a refresh, and what becomes of the token.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/tokens/inbox.hpp"
#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

struct Answer {
    const char* app;
    json action;
    const char* state;
    const char* journal;
    const char* counted;
    int times = 0;
};

json error_of(int code, int status = 400) {
    return {{"kind", "error"}, {"status", status}, {"code", code}};
}

// One app for each answer and one person in each, so that one run meets all.
class Answers {
public:
    explicit Answers(std::vector<Answer> answers)
        : m_answers(std::move(answers)), m_office(names(m_answers)) {
        for (const Answer& answer : m_answers) {
            m_people.push_back(m_office.employ(1, 0, answer.app).front());
            m_office.fault(answer.action,
                           {{"app", answer.app}, {"times", answer.times}});
        }
        m_office.end_in("1 hour");
    }

    const Office& office() const { return m_office; }
    const People& people() const { return m_people; }

    Ran check_to(int exit_code) const {
        const Ran run = m_office.check_to(exit_code);
        for (std::size_t at = 0; at < m_answers.size(); ++at) {
            const Answer& answer = m_answers[at];
            CAPTURE(answer.app);
            CHECK(m_office.state_of(m_people[at]) == answer.state);
            CHECK(m_office.journal_of(m_people[at]) == answer.journal);
            CHECK(run.app(at).at("name") == answer.app);
            CHECK(run.count("due", at) == 1);
            CHECK(run.count(answer.counted, at) == 1);
        }
        return run;
    }

private:
    static Strings names(const std::vector<Answer>& answers) {
        Strings all;
        for (const Answer& answer : answers) {
            all.emplace_back(answer.app);
        }
        return all;
    }

    std::vector<Answer> m_answers;
    Office m_office;
    People m_people;
};

std::string pairs(const Office& office) {
    return office.sql(
        "SELECT count(*) FROM lark_batch.tokens WHERE octet_length("
        "access_sealed) > 40 AND octet_length(refresh_sealed) > 40");
}

}  // namespace

TEST_CASE("a refusal for good asks for a login, and the run has succeeded") {
    const Answers answers{{
        {"expired", error_of(20037), "needs_login/expired", "refused",
         "refused"},
        {"revoked", error_of(20064), "needs_login/revoked", "refused",
         "refused"},
        {"used", error_of(20073), "needs_login/revoked", "refused", "refused"},
        {"invalid", error_of(20026), "needs_login/refused", "refused",
         "refused"},
        {"missing", error_of(20008), "needs_login/person", "refused",
         "refused"},
        {"resigned", error_of(20066), "needs_login/person", "refused",
         "refused"},
        {"lost",
         {{"kind", "lost_answer"}},
         "needs_login/lost",
         "lost",
         "lost",
         1},
    }};
    const Ran run = answers.check_to(0);
    CHECK(run.app().at("needing_login") == 1);
    CHECK(run.app().at("tokens").at("expired") == 1);
    CHECK(pairs(answers.office()) == "7");
    CHECK(
        answers.office().sql("SELECT code FROM lark_batch.token_refresh_journal"
                             " WHERE app = 'expired'") == "20037");
    // Who needs a login is not tried again.
    answers.office().sql("DELETE FROM lark_batch.token_refresh_journal");
    const int calls = answers.office().calls(k_token_api);
    CHECK(answers.office().check_to(0).count("due") == 0);
    CHECK(answers.office().calls(k_token_api) == calls);
}

TEST_CASE("a refusal of the app leaves its tokens as they were") {
    const Answers answers{{
        {"switch", error_of(20074), "valid/blocked", "refused", "failed"},
        {"uninstalled", error_of(20009), "valid/blocked", "refused", "failed"},
        {"person", error_of(20010), "valid/blocked", "refused", "failed"},
        {"foreign", error_of(20024), "valid/blocked", "refused", "failed"},
        {"ours", error_of(20063), "valid/blocked", "refused", "failed"},
    }};
    const Ran run = answers.check_to(3);
    CHECK(run.says("20074"));
    CHECK(run.says("refresh user_access_token"));
    CHECK(run.app().at("failing") == 1);
    CHECK(run.app().at("status") == "enabled");
    answers.office().heal();
    CHECK(answers.office().check_to(0).count("refreshed") == 1);
    for (const Person& person : answers.people()) {
        CHECK(answers.office().state_of(person) == "valid");
        CHECK(answers.office().holds_living_pair(person));
    }
}

TEST_CASE("a server that is down costs no token, and the next run refreshes") {
    const Answers answers{{
        {"error", error_of(20050, 500), "valid/failing", "failed", "failed"},
        {"busy", error_of(20072, 503), "valid/failing", "failed", "failed"},
    }};
    const Ran run = answers.check_to(3);
    CHECK(answers.office().calls(k_token_api) == 10);
    CHECK(run.says("20050"));
    answers.office().heal();
    CHECK(answers.office().check_to(0).count("refreshed") == 1);
    for (const Person& person : answers.people()) {
        CHECK(answers.office().journal_of(person) == "failed,refreshed");
        CHECK(answers.office().holds_living_pair(person));
    }
}

TEST_CASE("a call without an answer stays open, and the next run finds out") {
    const Answers answers{{
        {"reset", {{"kind", "reset"}}, "refreshing", "open", "unknown"},
        {"garbage", {{"kind", "not_json"}}, "refreshing", "open", "unknown"},
        {"gateway",
         {{"kind", "status"}, {"status", 502}, {"html", true}},
         "refreshing",
         "open",
         "unknown"},
        {"slow",
         {{"kind", "slow"}, {"ms", 5000}},
         "refreshing",
         "open",
         "unknown"},
    }};
    const Office& office = answers.office();
    Setup setup;
    setup.sections = "[http]\ntotal_timeout = \"600ms\"\n";
    office.configure(setup);
    answers.check_to(3);
    CHECK(office.calls(k_token_api) == 8);
    office.heal();
    const Ran next = office.check_to(0);
    // The slow one was done all the same.
    for (const std::size_t at : {0U, 1U, 2U}) {
        CHECK(next.count("refreshed", at) == 1);
        CHECK(office.journal_of(answers.people()[at]) == "unspent,refreshed");
        CHECK(office.holds_living_pair(answers.people()[at]));
    }
    CHECK(next.count("lost", 3) == 1);
    CHECK(office.journal_of(answers.people()[3]) == "lost,lost");
    CHECK(office.state_of(answers.people()[3]) == "needs_login/lost");
    CHECK(pairs(office) == "4");
}

TEST_CASE("a rate limit is waited out") {
    const Office office;
    const People people = office.employ(3);
    office.end_in("1 hour");
    office.fault({{"kind", "rate_limit"}, {"reset", 0}}, {{"times", 2}});
    CHECK(office.check_to(0).count("refreshed") == 3);
    CHECK(office.calls(k_token_api) == 5);
    for (const Person& person : people) {
        CHECK(office.holds_living_pair(person));
    }
}

TEST_CASE("when the app itself is refused, the rest of it is not tried") {
    const Office office{{"hr", "crm"}};
    Inbox inbox;
    Setup setup;
    setup.sections = "[http]\nmax_connections = 2\n" + Office::routes({"ops"}) +
                     office.channel("ops", "webhook", inbox.url());
    office.configure(setup);
    office.employ(6);
    office.employ(1, 0, "crm");
    office.end_in("1 hour");
    office.fault(error_of(20074), {{"app", "hr"}});
    const Ran run = office.check_to(3);
    CHECK(run.count("due") == 6);
    CHECK(run.count("failed") <= 2);
    CHECK(run.count("refreshed", 1) == 1);
    CHECK(office.calls(k_token_api) <= 3);
    CHECK(office.sql("SELECT count(*) FROM lark_batch.tokens"
                     " WHERE state <> 'valid'") == "0");
    const auto told = inbox.told();
    const auto of_app = std::find_if(
        told.begin(), told.end(),
        [](const Told& one) { return one.topic == "app/hr/blocked"; });
    REQUIRE(of_app != told.end());
    CHECK(of_app->severity == "urgent");
    CHECK(of_app->text.find("20074") != std::string::npos);
}

TEST_CASE("a wrong app secret is a matter of the settings, not of the tokens") {
    const Office office;
    const People people = office.employ(2);
    office.end_in("1 hour");
    Setup setup;
    setup.secret = std::string{k_planted} + "-of-yesterday";
    office.configure(setup);
    const Ran run = office.check_to(3);
    CHECK(run.says("20002"));
    CHECK(run.says("app secret"));
    CHECK(run.app().at("status") == "unknown");
    CHECK(office.state_of(people[0]) == "valid/blocked");
    office.configure();
    CHECK(office.check_to(0).count("refreshed") == 2);
}

TEST_CASE("a server that repeats the request in its error finds no echo") {
    const Office office;
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    office.fault({{"kind", "error"},
                  {"status", 400},
                  {"code", 20074},
                  {"msg", "bad " + person.refresh_token + " of " + k_planted}});
    const Ran run = office.check_to(3, {"--log-level", "debug"});
    CHECK(run.says("***"));
    CHECK_FALSE(tells_secret(office.sql(
        "SELECT string_agg(r::text, ' ') FROM lark_batch.task_runs r")));
}
