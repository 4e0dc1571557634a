#include "tools/lark-healthcheck/ad_hoc.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tests/healthcheck/told.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/lark-healthcheck/kinds.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::Environment;
using lark_batch::test::run;

const std::string k_program = BINARY_FOLDER "/lark-healthcheck";
const Environment k_nothing{{"LARK_BATCH_CONFIG", "/dev/null"}};

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

}  // namespace

TEST_CASE("ad hoc: the word behind the kind is its target") {
    Told told;
    told.load({"http", "http://a/b", "--crit", "2s", "--retries=1"});
    REQUIRE(told.options.ad_hoc);
    const Check& check = *told.options.ad_hoc;
    CHECK(has(check.probe->describe(), "http://a/b"));
    CHECK(check.value.crit == "2s");
    CHECK(check.retries == 1);
    CHECK(told.options.chosen().size() == 1);
    CHECK(told.loaded.command == "http");
}

TEST_CASE("ad hoc: a target is wanted, and only one") {
    const auto missing = Told{}.problem({"http"});
    CHECK(missing.starts_with("the url is missing (lark-healthcheck http "));
    CHECK(Told{}.problem({"http", "http://a", "http://b"}) ==
          "unexpected argument 'http://b'");
}

TEST_CASE("ad hoc: a target may stand in its option, but not twice") {
    Told told;
    told.load({"http", "--url", "http://a"});
    CHECK(has(told.options.ad_hoc->probe->describe(), "http://a"));
    CHECK(Told{}.problem({"http", "http://b", "--url", "http://a"}) ==
          "--url and 'http://b' both name the url");
}

TEST_CASE("ad hoc: the whole --timeout is the check's") {
    Told told;
    told.load({"http", "http://a", "--timeout", "2500ms"});
    CHECK(told.options.ad_hoc->timeout.count() == 2'500);
    Told other;
    other.load({"http", "http://a"});
    CHECK(other.options.ad_hoc->timeout.count() == 10'000);
}

TEST_CASE("ad hoc: --timeout 0 is no limit, and not no time at all") {
    lark_batch::test::HttpServer server{
        [](const auto&) { return lark_batch::test::Reply{}; }};
    const auto given = run(
        {k_program, "http", server.url() + "/", "--timeout", "0"}, k_nothing);
    CHECK_MESSAGE(given.exit_code == 0, given.out);
    Environment variables = k_nothing;
    variables.emplace_back("LARK_BATCH_TASKS_HEALTHCHECK_TIMEOUT", "0");
    const auto set = run({k_program, "http", server.url() + "/"}, variables);
    CHECK_MESSAGE(set.exit_code == 0, set.out);
}

TEST_CASE("ad hoc: the file's checks are not run, and its keys not taken") {
    Told told{"[[check]]\nname = 'a'\nkind = 'http'\nurl = 'http://file'\n"};
    told.load({"http", "http://line"});
    REQUIRE(told.options.chosen().size() == 1);
    CHECK(has(told.options.chosen()[0]->probe->describe(), "http://line"));
}

TEST_CASE("ad hoc: a kind that is none is told with the nearest") {
    CHECK(Told{}.problem({"htpp", "http://a"}) ==
          "unknown command 'htpp' (did you mean 'http'?)");
}

TEST_CASE("ad hoc: --kind http is no command http") {
    Told told{"[[check]]\nname = 'a'\nkind = 'http'\nurl = 'http://file'\n"};
    told.load({"--kind", "http"});
    CHECK(told.loaded.command.empty());
    CHECK_FALSE(told.options.ad_hoc);
    CHECK(told.options.chosen().size() == 1);
}

TEST_CASE("ad hoc: each kind has a help of its own, 80 columns wide") {
    for (const std::string& kind : kind_names()) {
        const auto help = run({k_program, kind, "--help"}, k_nothing);
        CHECK(help.exit_code == 0);
        for (const std::string& line : text::split(help.out, '\n')) {
            CAPTURE(line);
            CHECK(text::display_width(line) <= 80);
        }
    }
    const auto help = run({k_program, "http", "--help"}, k_nothing);
    CHECK(help.out.starts_with("Usage: lark-healthcheck http [OPTION...] "));
    CHECK(has(help.out, "--crit RANGE"));
    CHECK(has(help.out, "TARGET"));
    const auto all = run({k_program, "--help"}, k_nothing);
    CHECK(all.out.starts_with("Usage: lark-healthcheck [COMMAND] "));
    CHECK(has(all.out, "\n  http "));
}

TEST_CASE("ad hoc: wrong usage is UNKNOWN on stdout, told on stderr, exit 3") {
    const auto ended = run({k_program, "htpp", "http://a"}, k_nothing);
    CHECK(ended.exit_code == 3);
    CHECK(ended.out == "UNKNOWN: unknown command 'htpp'\n");
    CHECK(has(ended.err, "hint: did you mean 'http'?"));
    const auto json = run({k_program, "--json", "htpp"}, k_nothing);
    CHECK(json.exit_code == 3);
    CHECK(json.out.empty());
    const auto text =
        run({k_program, "--format", "prometheus", "--jsno"}, k_nothing);
    CHECK(text.exit_code == 3);
    CHECK(text.out.empty());
}

TEST_CASE("ad hoc: a secret comes from a file or a variable, and is not told") {
    lark_batch::test::HttpServer server{
        [](const lark_batch::test::HttpRequest& request) {
            const bool known =
                request.header("authorization") == "Bearer s3cret";
            return lark_batch::test::Reply{known ? 200 : 401, {}, ""};
        }};
    const lark_batch::test::TempDir folder;
    const auto file = folder.write("token", "s3cret\n");
    std::filesystem::permissions(file, std::filesystem::perms{0600});
    const Environment variables{{"LARK_BATCH_CONFIG", "/dev/null"},
                                {"TOKEN", "s3cret"},
                                {"OTHER", "wr0ng"}};
    const auto look = [&](const std::string& option, const std::string& value) {
        return run({k_program, "http", server.url(), option, value}, variables);
    };
    CHECK(look("--bearer-file", file.string()).exit_code == 0);
    CHECK(look("--bearer-env", "TOKEN").exit_code == 0);
    const auto refused = look("--bearer-env", "OTHER");
    CHECK(refused.exit_code == 2);
    CHECK(has(refused.out, "CRITICAL: status 401 "));
    CHECK_FALSE(has(refused.out + refused.err, "wr0ng"));
    // Never on the command line, where everybody reads it.
    const auto direct = look("--bearer", "s3cret");
    CHECK(direct.exit_code == 3);
    CHECK_FALSE(has(direct.out + direct.err, "s3cret"));
    CHECK(look("--bearer-env", "NOTHING").out ==
          "UNKNOWN: 'bearer': variable 'NOTHING' is not set\n");
    CHECK(look("--bearer-file", "/no/such").exit_code == 3);
}

TEST_CASE("ad hoc: passwords of our own services are not read in vain") {
    lark_batch::test::TempDir dir;
    const auto file = dir / "c.toml";
    std::ofstream{file} << "state_directory = '" << dir.path().string()
                        << "'\n[database]\npassword_file = '/nowhere'\n"
                           "[pushgateway]\npassword_file = '/nowhere'\n";
    lark_batch::test::HttpServer server{
        [](const auto&) { return lark_batch::test::Reply{}; }};
    const auto web =
        run({k_program, "--config", file.string(), "http", server.url() + "/"});
    CHECK_MESSAGE(web.exit_code == 0, web.err);
    const auto own = run({k_program, "--config", file.string(), "postgres"});
    CHECK(own.exit_code == 3);
    CHECK(has(own.err, "'database.password': "));
}

}  // namespace lark_batch::healthcheck::test
