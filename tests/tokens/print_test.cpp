// token print, where it could spend too much or give up too early.
#include <doctest/doctest.h>

#include <csignal>

#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

constexpr Milliseconds k_limit{20'000};

// What every token has left before somebody prints it.
void age(const Office& office) {
    office.sql(
        "UPDATE lark_batch.tokens SET access_expires_at = now() +"
        " interval '20 minutes'");
}

Command print_command(const Office& office, const Person& person) {
    return office.admin_command({"token", "print", "--app", "hr", "--user",
                                 person.open_id, "--min-life", "1h"});
}

}  // namespace

TEST_CASE("tokens that live shorter than asked for are refreshed once") {
    const Office office;
    office.lark("settings", {{"user_token_seconds", 200}});
    const Person person = office.employ(1).front();
    age(office);
    const Ran printed = office.print(person.open_id, {"--min-life", "1h"});
    CHECK(printed.exit_code == 0);
    CHECK(printed.out.starts_with("u-"));
    CHECK(office.refreshes() == 1);
    CHECK(office.holds_living_pair(person));
}

TEST_CASE("a print that is stopped stores what it was about to get") {
    const Office office;
    const Person person = office.employ(1).front();
    age(office);
    office.fault({{"kind", "slow"}, {"ms", 1500}}, {{"times", 1}});
    Process print{print_command(office, person)};
    wait_for("the refresh at Lark", [&] { return office.refreshes() == 1; });
    print.signal(SIGTERM);
    const auto ended = print.wait(k_limit);
    REQUIRE(ended);
    CHECK(ended->exit_code == 143);
    CHECK(ended->out.empty());
    CHECK(office.state_of(person) == "valid");
    CHECK(office.holds_living_pair(person));
}

TEST_CASE("a refresh that failed for now is made up for by the next check") {
    const Office office;
    const Person person = office.employ(1).front();
    age(office);
    office.fault({{"kind", "error"}, {"status", 400}, {"code", 20024}});
    const Ran printed = office.print(person.open_id, {"--min-life", "1h"});
    // The old one lives some minutes: better than nothing.
    CHECK(printed.exit_code == 0);
    CHECK(office.state_of(person) == "valid/blocked");
    office.heal();
    const Ran check = office.check_to(0);
    CHECK(check.count("due") == 1);
    CHECK(check.count("refreshed") == 1);
    CHECK(office.state_of(person) == "valid");
}

TEST_CASE("a refresh under way elsewhere is nobody's news") {
    const Office office;
    const People people = office.employ(2);
    age(office);
    office.fault({{"kind", "slow"}, {"ms", 2000}}, {{"times", 1}});
    Process print{print_command(office, people[0])};
    wait_for("the refresh at Lark", [&] { return office.refreshes() == 1; });
    const Ran check = office.check_to(0);
    CHECK(check.count("busy") == 1);
    CHECK(check.app().at("tokens").at("valid") == 2);
    CHECK(check.app().at("failing") == 0);
    const auto ended = print.wait(k_limit);
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
}

TEST_CASE("a row that somebody has locked stops no other token") {
    const Office office;
    const People people = office.employ(5);
    office.end_in("1 hour");
    Command holder;
    holder.argv = {PostgresServer::program("psql"),
                   "-X",
                   "-q",
                   "-d",
                   shared_postgres().url(office.database()),
                   "-c",
                   "BEGIN; SELECT FROM lark_batch.tokens WHERE subject = '" +
                       people[2].open_id + "' FOR UPDATE; SELECT pg_sleep(60)"};
    Process lock{holder};
    wait_for("the lock on the row", [&] {
        return office.sql(
                   "SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
                   " '%pg_sleep(60)%' AND wait_event = 'PgSleep'") == "1";
    });
    const Ran check = office.check_to(0);
    CHECK(check.count("refreshed") == 4);
    CHECK(office.holds_living_pair(people[2]));
    lock.kill9();
}

TEST_CASE("a token of another app under our name stops no other") {
    const Office office{{"hr", "it"}};
    const People ours = office.employ(6);
    office.import(office.consent(1, 6, "it"), "hr");
    office.end_in("1 hour");
    const Ran check = office.check_to(3);
    CHECK(check.count("refreshed") == 6);
    CHECK(check.count("failed") == 1);
    CHECK(check.says("20024"));
    for (const Person& person : ours) {
        CHECK(office.holds_living_pair(person));
    }
}
