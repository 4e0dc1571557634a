#include <doctest/doctest.h>

#include <cctype>
#include <set>
#include "tests/unit/config/fixture.hpp"

#include "lib/config/shared_options.hpp"

namespace lark_batch::config::test {

namespace {

struct SharedRun : Run {
    SharedSettings shared;

    SharedRun() {
        options = OptionSet{};
        declare_shared(options, shared, {"sync_users", true}, AppUse::used);
    }
};

}  // namespace

TEST_CASE("shared_options: all have help, none a name, key or variable twice") {
    SharedRun run;
    std::set<std::string> seen;
    for (const auto& option : run.options.options()) {
        const auto& declared = option.declared();
        CAPTURE(declared.name);
        CHECK_FALSE(declared.help.empty());
        CHECK(std::islower(declared.help[0]));
        CHECK(declared.help.back() != '.');
        CHECK(seen.insert("name " + declared.name).second);
        if (declared.in_file()) {
            CHECK(seen.insert("key " + declared.key).second);
            CHECK(seen.insert("variable " + declared.env).second);
        }
    }
}

TEST_CASE("shared_options: the defaults stand their own checks") {
    SharedRun run;
    run.load();
    for (auto& option : run.options.options()) {
        const auto& declared = option.declared();
        if (!declared.is_secret() && !declared.is_list() &&
            !declared.default_text.empty()) {
            CAPTURE(declared.name);
            CHECK_FALSE(option.assign({declared.default_text}, {}));
        }
    }
}

TEST_CASE("shared_options: the file of one program serves another") {
    SharedRun run;
    run.file(
        "timezone = \"UTC\"\nlog_level = \"debug\"\n"
        "[database]\nurl = \"postgresql:///x\"\nlock_timeout = \"1s\"\n"
        "[tasks.sync_users]\nenabled = false\ntimeout = \"15m\"\n"
        "[tasks.cleanup]\nenabled = true\n[cleanup]\nkeep = \"7d\"\n"
        "[healthcheck]\n[http]\nmax_connections = 32\n");
    run.load();
    CHECK(run.shared.run.timezone == "UTC");
    CHECK(run.shared.run.log_level == "debug");
    CHECK_FALSE(run.shared.run.enabled);
    CHECK(run.shared.run.timeout.count() == 900'000);
    CHECK(run.shared.database.lock_timeout.count() == 1000);
    CHECK(run.shared.http.max_connections == 32);
}

TEST_CASE("shared_options: a task's table that is nearly known is wrong") {
    SharedRun run;
    run.file(
        "[tasks.nightly_export]\nanything = 1\n[tasks.clenup]\n"
        "[tasks.sync_user]\ntimeout = 1\n");
    CHECK(run.problems() == Strings{"3:8 unknown table 'tasks.clenup'"
                                    " (did you mean 'tasks.cleanup'?)",
                                    "4:8 unknown table 'tasks.sync_user'"
                                    " (did you mean 'tasks.sync_users'?)"});
}

TEST_CASE("shared_options: a password in an address is refused, not shown") {
    SharedRun run;
    run.file("[database]\nurl = \"postgresql://a:hunter2@h/d\"\n");
    REQUIRE(run.problems().size() == 1);
    CHECK_FALSE(has(run.told, "hunter2"));
}

TEST_CASE("shared_options: the gateway's password is read for a push alone") {
    const std::string text =
        "[pushgateway]\nurl = \"http://127.0.0.1:9091/\"\n"
        "user = \"me\"\npassword_file = \"/nonexistent/password\"\n";
    SharedRun pushing;
    pushing.file(text);
    CHECK(pushing.problems().size() == 1);
    SharedRun silent;
    silent.file(text);
    CHECK_NOTHROW(silent.load({"--no-push"}));
    CHECK(silent.shared.pushgateway.url == "http://127.0.0.1:9091");
    SharedRun disabled;
    disabled.file(text + "enabled = false\n");
    CHECK_NOTHROW(disabled.load());
}

TEST_CASE("shared_options: the run's options arrive from the command line") {
    SharedRun run;
    run.load({"--dry-run", "--json", "--no-push", "--timeout=5m", "--lock-wait",
              "10s", "--trigger", "timer",
              "--scheduled-for=2026-11-22T03:00:00+08:00", "--print-config"});
    const auto& settings = run.shared.run;
    CHECK(settings.dry_run);
    CHECK(settings.json);
    CHECK_FALSE(settings.push);
    CHECK(settings.timeout.count() == 300'000);
    CHECK(settings.lock_wait.count() == 10'000);
    CHECK(settings.trigger == "timer");
    CHECK(settings.print_config);
}

}  // namespace lark_batch::config::test
