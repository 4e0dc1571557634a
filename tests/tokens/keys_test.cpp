// Keys that are wrong, missing, or replaced.
#include <doctest/doctest.h>

#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

void use_keys(const Office& office, const std::vector<KeyEntry>& keys) {
    Setup setup;
    setup.keys = keys;
    office.configure(setup);
}

// Neither program says anything but this, and Lark hears nothing.
void check_refused(const Office& office, const Person& person,
                   const std::string& words) {
    const Ran run = office.check_to(78);
    CAPTURE(run.err);
    CHECK(run.says(words));
    CHECK(run.says("'k1'"));
    const Ran print = office.print(person.open_id);
    CHECK(print.exit_code == 78);
    CHECK(print.says(words));
    CHECK(print.out.empty());
    const Ran import =
        office.admin({"token", "import"}, import_lines({person}));
    CHECK(import.exit_code == 78);
    CHECK(office.calls(k_token_api) == 0);
    CHECK(office.state_of(person) == "valid");
}

std::string keys_of(const Office& office) {
    return office.sql(
        "SELECT string_agg(DISTINCT key_id, ',') FROM lark_batch.tokens");
}

// Both columns, of the two tokens.
void swap_tokens(const Office& office, const std::string& column) {
    office.sql("UPDATE lark_batch.tokens a SET " + column + " = b." + column +
               " FROM lark_batch.tokens b WHERE a.token_id <> b.token_id");
}

}  // namespace

TEST_CASE("another key under the same id is found out before anything") {
    const Office office;
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    use_keys(office, {k_imposter});
    check_refused(office, person, "is not the one that stored tokens");
    use_keys(office, {k_first_key});
    CHECK(office.check_to(0).count("refreshed") == 1);
}

TEST_CASE("a missing key is named before anything") {
    const Office office;
    const Person person = office.employ(1).front();
    office.end_in("1 hour");
    use_keys(office, {k_second_key});
    check_refused(office, person, "which is not configured");
}

TEST_CASE("without any key nothing begins") {
    const Office office;
    use_keys(office, {});
    const Ran run = office.check_to(78);
    CHECK(run.says("no key for tokens is configured"));
    CHECK(run.says("lark-admin keys generate"));
}

TEST_CASE("swapped refresh tokens do not open, and nothing is sent") {
    const Office office;
    const People people = office.employ(2);
    swap_tokens(office, "refresh_sealed");
    const Person other = office.employ(1, 5).front();
    office.end_in("1 hour");
    const Ran run = office.check_to(3);
    CAPTURE(run.err);
    CHECK(run.count("failed") == 2);
    CHECK(run.count("refreshed") == 1);
    CHECK(run.says("does not open"));
    CHECK(office.calls(k_token_api) == 1);
    CHECK(office.holds_living_pair(other));
    for (const Person& person : people) {
        CHECK_FALSE(run.says(person.open_id));
        CHECK(office.state_of(person) == "valid/failing");
        CHECK(office.journal_of(person) == "failed");
    }
}

TEST_CASE("a swapped access token is not printed") {
    const Office office;
    const People people = office.employ(2);
    swap_tokens(office, "access_sealed");
    const Ran print = office.print(people[0].open_id);
    CHECK(print.exit_code == 78);
    CHECK(print.out.empty());
    CHECK_FALSE(print.says(people[0].open_id));
}

TEST_CASE(
    "keys rotate: killed in the middle, started again, the old one goes") {
    const Office office;
    const People people = office.employ(40);
    use_keys(office, {k_first_key, k_second_key});
    CHECK(office.admin({"keys", "list"}).out.find("takes its place") !=
          std::string::npos);
    // The last row waits for us, so that the kill cannot come too late.
    office.sql(
        "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN IF OLD.subject = '" +
        people[20].open_id +
        "' THEN PERFORM pg_sleep(30); END IF; RETURN NEW; END$$;"
        "CREATE TRIGGER wait_here BEFORE UPDATE ON lark_batch.tokens"
        " FOR EACH ROW EXECUTE FUNCTION wait_here()");
    Process rotation{
        office.admin_command({"keys", "rotate", "--batch-size", "1"})};
    wait_for("half of the tokens", [&] {
        return office.sql(
                   "SELECT count(*) FROM lark_batch.tokens"
                   " WHERE key_id = 'k2'") == "20";
    });
    rotation.kill9();
    office.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
        " datname = current_database() AND pid <> pg_backend_pid();"
        "DROP TRIGGER wait_here ON lark_batch.tokens");
    CHECK(keys_of(office) == "k1,k2");
    for (const std::size_t at : {0U, 39U}) {
        CHECK(office.print(people[at].open_id).out == people[at].access_token);
    }
    const Ran again = office.admin({"keys", "rotate", "--batch-size", "7"});
    CHECK(again.exit_code == 0);
    CHECK(again.out == "20 tokens are sealed with key 'k2' now\n");
    CHECK(keys_of(office) == "k2");
    CHECK(office.admin({"keys", "list"}).out.find("may be removed") !=
          std::string::npos);
    use_keys(office, {k_second_key});
    for (const Person& person : people) {
        CHECK(office.holds_living_pair(person));
    }
    CHECK(office.print(people[20].open_id).out == people[20].access_token);
    office.end_in("1 hour");
    CHECK(office.check_to(0).count("refreshed") == 40);
}

TEST_CASE("keys generate prints a key that works") {
    const Office office;
    const Ran key = office.admin({"keys", "generate"});
    CHECK(key.exit_code == 0);
    CHECK(key.out.size() == 45);
    CHECK(key.out != office.admin({"keys", "generate"}).out);
    use_keys(office, {{"fresh", key.out}});
    const Person person = office.employ(1).front();
    CHECK(keys_of(office) == "fresh");
    CHECK(office.print(person.open_id).out == person.access_token);
}

TEST_CASE("a plan leaves nothing behind, not even the proof of a key") {
    const Office office;
    office.check_to(0, {"--dry-run"});
    CHECK(office.sql("SELECT count(*) FROM lark_batch.token_keys") == "0");
    office.check_to(0);
    CHECK(office.sql("SELECT count(*) FROM lark_batch.token_keys") == "1");
}
