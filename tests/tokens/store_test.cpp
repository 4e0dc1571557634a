// A database that takes no writes, or goes away while Lark is asked.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

constexpr Milliseconds k_limit{30'000};

void set_read_only(const Office& office, const std::string& value) {
    office.sql("SET default_transaction_read_only = off; ALTER DATABASE " +
               office.database() +
               " SET default_transaction_read_only = " + value);
}

void cut_sessions(const Office& office) {
    office.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
        " datname = current_database() AND pid <> pg_backend_pid()");
}

void rename(const std::string& from, const std::string& to) {
    shared_postgres().sql("postgres",
                          "ALTER DATABASE " + from + " RENAME TO " + to);
}

std::filesystem::path spool(const Office& office) {
    return office.dir() / "state" / "tokens.spool";
}

// A check with `people` due whose calls are done and not yet answered.
Process start_slow_check(const Office& office, int people,
                         const Strings& more) {
    office.end_in("1 hour");
    office.fault({{"kind", "slow"}, {"ms", 700}}, {{"times", people}});
    Process check{office.check_command(more)};
    wait_for("the refreshes at Lark",
             [&] { return office.refreshes() == people; });
    return check;
}

Ran end_of(Process& process) {
    const auto ended = process.wait(k_limit);
    REQUIRE(ended);
    return ran(*ended);
}

void check_pairs_wait(const Office& office, const People& people) {
    const std::string waiting = read_file(spool(office));
    CHECK(std::count(waiting.begin(), waiting.end(), '\n') ==
          static_cast<std::ptrdiff_t>(people.size()));
    CHECK_FALSE(tells_secret(waiting));
    CHECK((std::filesystem::status(spool(office)).permissions() &
           std::filesystem::perms::others_all) == std::filesystem::perms::none);
    for (const Person& person : people) {
        CHECK(office.state_of(person) == "refreshing");
        CHECK_FALSE(office.holds_living_pair(person));
    }
}

void check_all_stored(const Office& office, const People& people) {
    for (const Person& person : people) {
        CHECK(office.state_of(person) == "valid");
        CHECK(office.journal_of(person) == "refreshed");
        CHECK(office.holds_living_pair(person));
    }
    CHECK(read_file(spool(office)).empty());
    CHECK(office.refreshes() == static_cast<int>(people.size()));
}

}  // namespace

TEST_CASE("a database that is read-only: Lark is not asked for any token") {
    const Office office;
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    set_read_only(office, "on");
    const Ran run = office.check_to(69);
    CHECK(run.says("read-only transaction"));
    const Ran print = office.print(person.open_id, {"--min-life", "1h"});
    CHECK(print.exit_code == 69);
    CHECK(print.says("must accept writing"));
    CHECK(print.out.empty());
    CHECK(office.calls(k_token_api) == 0);
    set_read_only(office, "off");
    CHECK(office.state_of(person) == "valid");
    CHECK(office.check_to(0).count("refreshed") == 1);
}

TEST_CASE("a database gone while Lark is asked: the pairs wait, sealed") {
    const Office office;
    const People people = office.employ(3);
    Process check = start_slow_check(office, 3, {});
    cut_sessions(office);
    rename(office.database(), "away");
    const Ran run = end_of(check);
    CAPTURE(run.err);
    CHECK(run.exit_code == 78);
    CHECK(run.says("refreshed tokens could not be stored"));
    CHECK(run.says("tokens.spool"));
    rename("away", office.database());
    check_pairs_wait(office, people);
    CHECK(office.check_to(0).count("due") == 0);
    check_all_stored(office, people);
}

TEST_CASE(
    "the server dies while Lark is asked: what is next stores the pairs") {
    const Office office;
    const People people = office.employ(2);
    Process check = start_slow_check(office, 2, {"--timeout", "9s"});
    shared_postgres().kill9();
    const Ran run = end_of(check);
    CAPTURE(run.err);
    CHECK(run.exit_code == 69);
    CHECK(run.says("tokens.spool"));
    shared_postgres().start();
    check_pairs_wait(office, people);
    const Ran print = office.print(people[0].open_id, {"--min-life", "1h"});
    CHECK(print.exit_code == 0);
    CHECK(print.out.starts_with("u-"));
    check_all_stored(office, people);
}

TEST_CASE("a session that is cut off while Lark is asked costs nothing") {
    const Office office;
    const People people = office.employ(2);
    Process check = start_slow_check(office, 2, {});
    cut_sessions(office);
    const Ran run = end_of(check);
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.count("refreshed") == 2);
    check_all_stored(office, people);
}

TEST_CASE("the server's log of statements holds no plain token") {
    const Office office;
    office.sql("ALTER DATABASE " + office.database() +
               " SET log_statement = 'all'");
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    office.check_to(0);
    CHECK(office.print(person.open_id).out.starts_with("u-"));
    const std::string log = read_file(shared_postgres().log());
    CHECK(log.find("token_refresh_journal") != std::string::npos);
    CHECK(log.find(person.open_id) != std::string::npos);
    CHECK_FALSE(tells_secret(log));
    CHECK(log.find(office.print(person.open_id).out) == std::string::npos);
}
