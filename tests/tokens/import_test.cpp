// Tokens that others received come in: token import, list, revoke.
#include <doctest/doctest.h>

#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

struct BadLine {
    const char* name;
    json change;  // merged into a good line; null removes a member
    const char* words;
};

const std::vector<BadLine> k_bad_lines{
    {"no access token", {{"access_token", nullptr}}, "'access_token'"},
    {"a token with a blank", {{"access_token", "u-1 2"}}, "'access_token'"},
    {"a token that is a number", {{"access_token", 12}}, "is not a text"},
    {"no life", {{"expires_in", nullptr}}, "'expires_in' is missing"},
    {"a life of nothing", {{"expires_in", 0}}, "'expires_in'"},
    {"a life of a century",
     {{"refresh_token_expires_in", 3'153'600'000}},
     "'refresh_token_expires_in'"},
    {"a refresh token without life",
     {{"refresh_token_expires_in", nullptr}},
     "'refresh_token_expires_in' is missing"},
    {"a type that is none of ours", {{"token_type", "mac"}}, "'token_type'"},
    {"a time that is none", {{"obtained_at", "yesterday"}}, "'obtained_at'"},
    {"a time to come",
     {{"obtained_at", "2199-01-01T00:00:00Z"}},
     "in the future"},
    {"an app that is not ours", {{"app", "payroll"}}, "'payroll'"},
};

json good_line(const Person& person) {
    return json::parse(import_lines({person}));
}

std::string count(const Office& office) {
    return office.sql("SELECT count(*) FROM lark_batch.tokens");
}

Ran import(const Office& office, const std::string& lines,
           const Strings& more = {}) {
    Strings arguments{"token", "import"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return office.admin(arguments, lines);
}

}  // namespace

TEST_CASE("a bad line is named, and then nothing is stored") {
    const Office office;
    const People people = office.consent(2);
    const std::string first = import_lines({people[0]}) + "\n";
    for (const BadLine& bad : k_bad_lines) {
        CAPTURE(std::string{bad.name});
        json line = good_line(people[1]);
        line.merge_patch(bad.change);
        const Ran run =
            import(office, first + line.dump() + "\n", {"--app", "hr"});
        CAPTURE(run.err);
        CHECK(run.exit_code == 64);
        CHECK(run.says("line 3"));
        CHECK(run.says(bad.words));
        CHECK(count(office) == "0");
    }
    for (const char* text : {"{", "[]", "access_token=u-1", "{}"}) {
        const Ran run = import(office, first + text + "\n", {"--app", "hr"});
        CHECK(run.exit_code == 64);
        CHECK(run.says("line 3"));
        CHECK(count(office) == "0");
    }
    CHECK(import(office, import_lines({people[0]})).exit_code == 64);
    CHECK(count(office) == "0");
}

TEST_CASE("an older pair does not replace a newer one, unless told to") {
    const Office office;
    const Person person = office.employ(1).front();
    json line = good_line(person);
    line["obtained_at"] = "2026-01-01T00:00:00Z";
    line["refresh_token_expires_in"] = 86'400;
    line["refresh_token"] = "ur-of-january";
    const Ran kept = import(office, line.dump(), {"--app", "hr", "--json"});
    CHECK(kept.exit_code == 0);
    CHECK(kept.result.at("kept") == 1);
    CHECK(office.holds_living_pair(person));
    const Ran taken =
        import(office, line.dump(), {"--app", "hr", "--replace", "--json"});
    CHECK(taken.result.at("replaced") == 1);
    CHECK_FALSE(office.holds_living_pair(person));
}

TEST_CASE("whose token it is comes from Lark when the line does not say") {
    const Office office;
    const Person person = office.consent(1, 3).front();
    json line = good_line(person);
    line.erase("open_id");
    CHECK(import(office, line.dump(), {"--app", "hr"}).exit_code == 0);
    CHECK(office.holds_living_pair(person));
    CHECK(office.calls("/open-apis/authen/v1/user_info") == 1);
    line["access_token"] = "u-nobody";
    const Ran unknown = import(office, line.dump(), {"--app", "hr"});
    CHECK(unknown.exit_code == 77);
    CHECK(unknown.says("line 1"));
    CHECK_FALSE(unknown.says("u-nobody"));
}

TEST_CASE("a file and Lark's own nesting are read as well") {
    const Office office;
    const Person person = office.consent(1).front();
    json data = good_line(person);
    data.erase("open_id");
    const json line = {
        {"app", "hr"}, {"open_id", person.open_id}, {"data", data}};
    const auto file = office.dir().write("lines.jsonl", line.dump() + "\n");
    CHECK(office.admin({"token", "import", file.string()}).exit_code == 0);
    CHECK(office.holds_living_pair(person));
    const Ran absent = office.admin({"token", "import", "/no/such.jsonl"});
    CHECK(absent.exit_code == 64);
    CHECK(absent.says("'/no/such.jsonl'"));
}

TEST_CASE("the list shows states and ends, and no token") {
    const Office office;
    const People people = office.employ(3);
    office.sql(
        "UPDATE lark_batch.tokens SET state = 'needs_login', reason ="
        " 'lost' WHERE subject = '" +
        people[1].open_id + "'");
    const Ran table = office.admin({"token", "list"});
    CHECK(table.exit_code == 0);
    CHECK(table.out.find("needs_login (lost)") != std::string::npos);
    CHECK(table.out.find(people[0].open_id) != std::string::npos);
    const Ran all = office.admin({"token", "list", "--json"});
    CHECK(all.result.at("total") == 3);
    CHECK(all.result.at("tokens").at(0).at("key_id") == "k1");
    const Ran some =
        office.admin({"token", "list", "--json", "--state", "needs_login"});
    REQUIRE(some.result.at("tokens").size() == 1);
    CHECK(some.result.at("tokens").at(0).at("open_id") == people[1].open_id);
    CHECK(office.admin({"token", "list", "--limit", "1"})
              .out.find("and 2 more") != std::string::npos);
}

TEST_CASE("revoke destroys the stored pair, and print says so") {
    const Office office;
    const Person person = office.employ(1).front();
    const Strings revoke{"token", "revoke", "--app",
                         "hr",    "--user", person.open_id};
    CHECK(office.admin(revoke).exit_code == 0);
    CHECK(office.sql("SELECT octet_length(access_sealed), refresh_sealed,"
                     " refresh_hash FROM lark_batch.tokens") == "0||");
    const Ran print = office.print(person.open_id);
    CHECK(print.exit_code == 77);
    CHECK(print.says("revoked"));
    CHECK(print.out.empty());
    CHECK(office.admin(revoke).exit_code == 1);
    CHECK(office.check_to(0).count("due") == 0);
    // A new consent takes its place.
    office.employ(1);
    CHECK(office.state_of(person) == "valid");
}

TEST_CASE("print gives what is stored, refreshed first when it must be") {
    const Office office;
    const Person person = office.employ(1).front();
    CHECK(office.print(person.open_id).out == person.access_token);
    CHECK(office.calls(k_token_api) == 0);
    office.end_in("6 days");
    const Ran fresh = office.print(person.open_id);
    CHECK(fresh.exit_code == 0);
    CHECK(fresh.out.starts_with("u-"));
    CHECK(fresh.out != person.access_token);
    CHECK(office.holds_living_pair(person));
    CHECK(office.print("ou_nobody").exit_code == 1);
}

TEST_CASE("print for who needs a login ends with 77 and says what helps") {
    const Office office;
    const Person person = office.employ(1).front();
    office.end_in("6 days");
    office.fault({{"kind", "error"}, {"status", 400}, {"code", 20037}});
    const Ran print = office.print(person.open_id);
    CHECK(print.exit_code == 77);
    CHECK(print.out.empty());
    CHECK(print.says("hint: have the person log in: lark-admin token login"));
    CHECK(office.state_of(person) == "needs_login/expired");
}

TEST_CASE("a line that was used before does not come back") {
    const Office office;
    const People people = office.employ(1);
    const std::string lines = import_lines(people);
    SUBCASE("the stored one itself") {}
    SUBCASE("one that was refreshed since") {
        office.end_in("1 hour");
        CHECK(office.check_to(0).count("refreshed") == 1);
    }
    const Ran again = import(office, lines, {"--app", "hr"});
    CHECK(again.exit_code == 0);
    CHECK(again.out.find("0 added, 0 replaced, 1 older") != std::string::npos);
    CHECK(office.holds_living_pair(people.front()));
}

TEST_CASE("an empty input is a mistake: what fed it may have failed") {
    const Office office;
    const Ran nothing = import(office, "\n \n", {"--app", "hr"});
    CHECK(nothing.exit_code == 64);
    CHECK(nothing.says("there is no token in the input"));
}
