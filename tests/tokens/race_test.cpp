// Two at one token: one refresh, and the newest pair stays.
#include <doctest/doctest.h>

#include <csignal>
#include <deque>
#include <optional>

#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

constexpr Milliseconds k_limit{20'000};

Strings print_arguments(const Person& person) {
    return {"token",  "print",        "--app",      "hr",
            "--user", person.open_id, "--min-life", "1h"};
}

// A check whose call is done at Lark and not yet answered, stopped by
// SIGSTOP; its session is cut off, so that its locks are free.
class Suspended {
public:
    explicit Suspended(const Office& office) : m_office(&office) {
        office.end_in("1 hour");
        office.fault({{"kind", "slow"}, {"ms", 1000}}, {{"times", 1}});
        m_process.emplace(office.check_command());
        wait_for("the refresh at Lark",
                 [&] { return office.refreshes() == 1; });
        m_process->signal(SIGSTOP);
        office.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database()"
            " AND application_name = 'lark-batch/lark-check-tokens'");
    }

    Ran resume() {
        m_process->signal(SIGCONT);
        const auto ended = m_process->wait(k_limit);
        REQUIRE(ended);
        return ran(*ended);
    }

private:
    const Office* m_office;
    std::optional<Process> m_process;
};

std::string hash_of(const Office& office, const std::string& token) {
    return office.sql("SELECT encode(sha256('" + token + "'), 'hex')");
}

std::string stored_hash(const Office& office) {
    return office.sql(
        "SELECT encode(refresh_hash, 'hex') FROM lark_batch.tokens");
}

}  // namespace

TEST_CASE("many ask for one token at once: one refresh, one token for all") {
    const Office office{{"hr"}, {"--latency-ms", "150"}};
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    std::deque<Process> prints;
    for (int i = 0; i < 5; ++i) {
        prints.emplace_back(office.admin_command(print_arguments(person)));
    }
    const Ran check = office.check_to(0);
    std::string token;
    for (Process& print : prints) {
        const auto ended = print.wait(k_limit);
        REQUIRE(ended);
        CHECK_FALSE(tells_secret(ended->err));
        CAPTURE(ended->err);
        CHECK(ended->exit_code == 0);
        CHECK(ended->out.starts_with("u-"));
        CHECK((token.empty() || token == ended->out));
        token = ended->out;
    }
    CHECK(office.refreshes() == 1);
    CHECK(office.living().at(person.open_id).at("presented_again") == 0);
    CHECK(office.holds_living_pair(person));
    CHECK(office.journal_of(person) == "refreshed");
    CHECK(check.count("lost") + check.count("refused") == 0);
}

TEST_CASE("two checks on two hosts: the task's lock lets one of them work") {
    const Office office{{"hr"}, {"--latency-ms", "300"}};
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    Process first{office.check_command()};
    wait_for("the intent", [&] { return office.journal_of(person) == "open"; });
    const Ran second = office.check_to(75, {}, "elsewhere");
    const auto ended = first.wait(k_limit);
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(office.refreshes() == 1);
    CHECK(office.holds_living_pair(person));
}

TEST_CASE("given up for lost by another host, a pair that arrives is stored") {
    const Office office;
    const Person person = office.employ(1).front();
    Suspended late{office};
    const Ran other = office.print(person.open_id, {"--min-life", "1h"});
    CHECK(other.exit_code == 77);
    CHECK(other.says("lark-admin token login"));
    CHECK(office.state_of(person) == "needs_login/lost");
    CHECK(office.journal_of(person) == "lost,lost");
    const Ran run = late.resume();
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.count("refreshed") == 1);
    CHECK(office.state_of(person) == "valid");
    CHECK(office.holds_living_pair(person));
    CHECK(office.journal_of(person) == "refreshed,lost");
}

TEST_CASE("the loser of a race never overwrites the winner's pair") {
    const Office office;
    const Person person = office.employ(1).front();
    Suspended late{office};
    const People winner = office.employ(1);
    REQUIRE(winner.front().open_id == person.open_id);
    const Ran run = late.resume();
    CAPTURE(run.err);
    CHECK(run.count("superseded") == 1);
    CHECK(stored_hash(office) == hash_of(office, winner[0].refresh_token));
    CHECK(office.holds_living_pair(person));
    CHECK(office.journal_of(person) == "superseded");
    CHECK(office.state_of(person) == "valid");
}

TEST_CASE("a lost answer does not touch a pair that came meanwhile") {
    const Office office{{"hr"}, {"--latency-ms", "250"}};
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    office.fault({{"kind", "lost_answer"}}, {{"times", 1}});
    Process check{office.check_command()};
    wait_for("the intent", [&] { return office.journal_of(person) == "open"; });
    const People winner = office.employ(1);
    const auto ended = check.wait(k_limit);
    REQUIRE(ended);
    const Ran run = ran(*ended);
    CHECK(run.exit_code == 0);
    CHECK(run.count("superseded") == 1);
    CHECK(office.state_of(person) == "valid");
    CHECK(stored_hash(office) == hash_of(office, winner[0].refresh_token));
    CHECK(office.journal_of(person) == "superseded");
}

TEST_CASE("a revoked token stays revoked when its refresh is answered") {
    const Office office;
    const Person person = office.employ(1).front();
    Suspended late{office};
    CHECK(
        office
            .admin({"token", "revoke", "--app", "hr", "--user", person.open_id})
            .exit_code == 0);
    CHECK(late.resume().count("superseded") == 1);
    CHECK(office.state_of(person) == "revoked/by hand");
    CHECK(office.sql("SELECT octet_length(access_sealed), refresh_sealed"
                     " FROM lark_batch.tokens") == "0|");
}

// What an intent says of an older pair is no doubt about the present one.
TEST_CASE("an intent without an end is forgotten with a new consent") {
    const Office office;
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    office.fault({{"kind", "reset"}});
    CHECK(office.check_to(3).count("unknown") == 1);
    office.employ(1);
    CHECK(office.state_of(person) == "valid");
    office.end_in("1 hour");
    office.heal();
    office.fault({{"kind", "error"}, {"status", 400}, {"code", 20064}});
    CHECK(office.check_to(0).count("refused") == 1);
    CHECK(office.state_of(person) == "needs_login/revoked");
    CHECK(office.journal_of(person) == "superseded,refused");
}
