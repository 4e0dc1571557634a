// The kind `lark_api` against the sandbox that plays Lark.
#include <doctest/doctest.h>

#include "lib/clock/clock.hpp"
#include "tests/healthcheck/fixture.hpp"
#include "tests/run/world.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/sandbox.hpp"
#include "tools/lark-healthcheck/kinds/lark_api.hpp"

namespace lark_batch::healthcheck::test {

namespace {

using lark_batch::test::HttpRequest;
using lark_batch::test::HttpServer;
using lark_batch::test::Reply;
using lark_batch::test::Sandbox;
using lark_batch::test::World;

std::string app(const std::string& url) {
    return "[[app]]\nname = 'hr'\napp_id = 'cli_sandbox0000000'\n"
           "app_secret_env = 'LARK_TEST_SECRET'\nbase_url = '" +
           url + "'\n";
}

// An office with one app, which is asked on the command line.
struct Office {
    Sandbox lark{{"--users", "20", "--departments", "3"}};
    World world;
    std::string secret = "sandbox-secret";

    Office() { world.set_more(app(lark.url())); }

    std::string look(const std::vector<std::string>& more = {},
                     const std::string& name = "hr") const {
        std::vector<std::string> words{"lark_api", name, "--format", "plugin"};
        words.insert(words.end(), more.begin(), more.end());
        auto command = world.command("lark-healthcheck", words);
        command.env = {{"LARK_TEST_SECRET", secret}};
        const auto seen = lark_batch::test::run(command);
        return std::to_string(seen.exit_code) + " " + seen.out + seen.err;
    }
    void fault(const std::string& path, const std::string& action) const {
        lark.post("/_sandbox/faults",
                  "{\"match\": {\"path\": \"" + path +
                      "\"}, \"times\": 1, \"action\": " + action + "}");
    }
};

Office& office() {
    static Office one;
    one.secret = "sandbox-secret";
    return one;
}

// A Lark whose clock is that many seconds off.
Reply answer_off_by(const HttpRequest& request, int seconds) {
    const std::time_t when = std::time(nullptr) + seconds;
    std::string date(40, '\0');
    date.resize(std::strftime(date.data(), date.size(),
                              "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&when)));
    const bool token = request.target.find("token") != std::string::npos;
    return {200,
            {{"Date", date}},
            token ? R"({"code":0,"tenant_access_token":"t-1","expire":7200})"
                  : R"({"code":0,"data":{"department_ids":["0"]}})"};
}

}  // namespace

TEST_CASE("lark_api: a fresh token and the contact scope, each with its time") {
    const std::string seen = office().look();
    CAPTURE(seen);
    CHECK(seen.starts_with("0 "));
    CHECK(has(seen, "app 'hr' can speak to Lark"));
    for (const char* label : {"token_time", "scope_time", "clock_skew"}) {
        CHECK(has(seen, label));
    }
    CHECK(!has(seen, "bot_time"));
}

TEST_CASE("lark_api: a wrong secret is CRITICAL, with Lark's code") {
    Office& here = office();
    here.secret = "old-secret";
    const std::string seen = here.look();
    CAPTURE(seen);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "was refused with code 10014 'app secret invalid'"));
    CHECK(!has(seen, "old-secret"));
}

TEST_CASE("lark_api: an app that can see nobody") {
    office().lark.post("/_sandbox/scope",
                       R"({"departments": [], "users": [], "groups": []})");
    const std::string seen = office().look();
    CAPTURE(seen);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "the app's contact scope is empty"));
    CHECK(office().look({"--empty-scope", "warning"}).starts_with("1 "));
    office().lark.post("/_sandbox/scope", R"({"all": true})");
}

TEST_CASE("lark_api: a permission that is missing is named") {
    office().lark.post("/_sandbox/permissions", R"({"deny_api": ["contact"]})");
    const std::string seen = office().look();
    CAPTURE(seen);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "99991672"));
    office().lark.post("/_sandbox/permissions", R"({"deny_api": []})");
}

TEST_CASE("lark_api: the month's quota used up is told as that") {
    office().fault("/open-apis/contact/v3/scopes", R"({"kind": "quota"})");
    const std::string seen = office().look();
    CAPTURE(seen);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "99991403"));
    CHECK(has(seen, "quota"));
}

TEST_CASE("lark_api: the bot is asked only when that is wanted") {
    CHECK(office().look({"--bot"}).starts_with("0 "));
    CHECK(has(office().look({"--bot"}), "bot_time"));
    office().lark.post("/_sandbox/settings", R"({"activate_status": 1})");
    const std::string seen = office().look({"--bot"});
    CAPTURE(seen);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "the bot is not enabled (activate_status 1 instead of 2)"));
    CHECK(office().look().starts_with("0 "));
    office().lark.post("/_sandbox/settings", R"({"activate_status": 2})");
}

TEST_CASE("lark_api: a clock that is off by minutes") {
    for (const auto& [off, code, words] :
         {std::tuple{120, "1 ", "our clock is 2m behind Lark's"},
          {-600, "2 ", "our clock is 10m ahead of Lark's"}}) {
        HttpServer lark{[off = off](const HttpRequest& request) {
            return answer_off_by(request, off);
        }};
        office().world.set_more(app(lark.url()));
        const std::string seen = office().look();
        CAPTURE(seen);
        CHECK(seen.starts_with(code));
        CHECK(has(seen, words));
    }
    office().world.set_more(app(office().lark.url()));
}

TEST_CASE("lark_api: what is left of the month's calls") {
    const World& world = office().world;
    world.sql(
        "INSERT INTO lark_batch.task_runs (run_id, task_name, outcome,"
        " trigger, host, pid, version, started_at, stats)"
        " SELECT gen_random_uuid(), 'check_tokens', 'success', 'timer',"
        " 'h', 1, '1', at, '{\"metered_calls\": 450}'"
        " FROM (VALUES (now()), (now()), (now() - interval '40 days'))"
        " AS v(at)");
    const std::string seen = office().look({"--budget", "1000"});
    CAPTURE(seen);
    CHECK(seen.starts_with("1 "));
    CHECK(has(seen, "our programs used 900 of this month's 1000 calls"));
    CHECK(has(seen, "'calls_left'=100"));
    CHECK(office().look({"--budget", "100000"}).starts_with("0 "));
}

TEST_CASE("lark_api: a Lark that never answers, and one that is not there") {
    HttpServer lark{[](const HttpRequest&) {
        Reply reply;
        reply.behaviour = lark_batch::test::Behaviour::hang;
        return reply;
    }};
    office().world.set_more(app(lark.url()));
    CHECK(has(office().look({"--timeout", "300ms"}), "no answer within 300ms"));
    office().world.set_more(app("http://127.0.0.1:1"));
    const std::string seen = office().look();
    CAPTURE(seen);
    CHECK(seen.starts_with("2 "));
    CHECK(has(seen, "got no answer"));
    office().world.set_more(app(office().lark.url()));
}

TEST_CASE("lark_api: an app that the configuration lacks is found at once") {
    const std::string seen = office().look({}, "hrr");
    CAPTURE(seen);
    CHECK(seen.starts_with("3 "));
    CHECK(has(seen, "names the unknown app 'hrr'"));
    CHECK(has(seen, "did you mean 'hr'?"));
}

TEST_CASE("lark_api: a secret is read only when its app is asked") {
    World& world = office().world;
    world.set_more(app(office().lark.url()) +
                   "[[app]]\nname = 'other'\napp_id = 'cli_other'\n"
                   "[[check]]\nname = 'lark'\nkind = 'lark_api'\n"
                   "for_app = 'hr'\n"
                   "[[check]]\nname = 'self'\nkind = 'postgres'\n");
    const auto run = [&](const std::vector<std::string>& words,
                         const std::string& secret) {
        auto command = world.command("lark-healthcheck", words);
        command.env = {{"LARK_TEST_SECRET", secret}};
        command.unset = {"LARK_BATCH_CONFIG"};
        if (secret.empty()) {
            command.env.clear();
            command.unset.push_back("LARK_TEST_SECRET");
        }
        return lark_batch::test::run(command);
    };
    const std::vector<std::string> all{"--no-record"};
    CHECK(run(all, "sandbox-secret").exit_code == 0);
    CHECK(run({"--no-record", "--check", "self"}, "").exit_code == 0);
    const auto without = run(all, "");
    CHECK(without.exit_code == 3);
    CHECK(has(without.err, "LARK_TEST_SECRET"));
    world.set_more(app(office().lark.url()));
}

TEST_CASE("lark_api: the date of an HTTP answer") {
    CHECK(http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777.0);
    CHECK(!http_date("yesterday"));
    CHECK(!http_date(""));
}

}  // namespace lark_batch::healthcheck::test
