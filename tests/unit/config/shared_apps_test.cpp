#include <doctest/doctest.h>

#include "lib/config/shared_options.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

namespace {

struct AppsRun : Run {
    AppsSettings apps;

    explicit AppsRun(AppUse use = AppUse::used) {
        options = OptionSet{};
        declare_apps(options, apps, use);
    }
    // Two apps, the second switched off and without a secret.
    void two_apps() {
        folder.write("secret", "hunter2");
        file(
            "[[app]]\nname = \"hr\"\napp_id = \"cli_1\"\n"
            "app_secret_file = \"secret\"\n"
            "[[app]]\nname = \"it\"\napp_id = \"cli_2\"\nbrand = \"lark\"\n"
            "enabled = false\n");
    }
};

}  // namespace

TEST_CASE("shared_apps: enabled apps are selected, with their secrets") {
    AppsRun run;
    run.two_apps();
    run.load();
    REQUIRE(run.apps.selected().size() == 1);
    CHECK(run.apps.selected()[0]->app_secret.reveal() == "hunter2");
    CHECK(run.apps.all[0].base_url == "https://open.feishu.cn");
    CHECK(run.apps.all[1].base_url == "https://open.larksuite.com");
    CHECK_FALSE(has(print_config(run.options), "hunter2"));
    CHECK(has(print_config(run.options), "[[app]]\nname = \"hr\""));
}

TEST_CASE("shared_apps: one chosen by name needs its secret") {
    AppsRun run;
    run.two_apps();
    const auto problems = run.problems({"--app", "it"});
    REQUIRE(problems.size() == 1);
    CHECK(problems[0] ==
          "5:1 'app_secret' is missing in [[app]] (give app_secret_file,"
          " app_secret_env or the credential 'it')");
}

TEST_CASE("shared_apps: an app that speaks for a channel needs its secret") {
    AppsRun run;
    run.apps.also_wanted = [](const AppSettings& app) {
        return app.name == "it";
    };
    run.two_apps();
    const auto problems = run.problems({"--app", "hr"});
    REQUIRE(problems.size() == 1);
    CHECK(has(problems[0], "the credential 'it'"));
    AppsRun silent{AppUse::unused};
    silent.apps.also_wanted = [](const AppSettings&) { return false; };
    silent.two_apps();
    CHECK(silent.problems() == Strings{"no problem"});
}

TEST_CASE("shared_apps: an unknown name is a usage error with a suggestion") {
    AppsRun run;
    run.two_apps();
    CHECK(run.problems({"--app", "hrr"}) ==
          Strings{"--app names the unknown app 'hrr' (did you mean 'hr'?)"});
    CHECK(run.kind == errors::Kind::usage);
    AppsRun twice;
    twice.two_apps();
    CHECK(twice.problems({"--app", "hrr", "--app", "itt"}).size() == 2);
}

TEST_CASE("shared_apps: what is wrong of an app is told once") {
    AppsRun run;
    run.file(
        "[[app]]\nname = \"hr portal\"\napp_id = \"\"\n"
        "app_secret = \"hunter2\"\n");
    const auto problems = run.problems();
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].starts_with("2:8 'name' must be 1 to 64 letters"));
    CHECK(problems[1].starts_with("3:10 'app_id' must be an id such as"));
    CHECK(problems[2].starts_with("4:1 'app_secret' is a secret"));
}

TEST_CASE("shared_apps: paths can be appended to the address") {
    AppsRun run{AppUse::unused};
    run.file(
        "[[app]]\nname = \"hr\"\napp_id = \"cli_1\"\n"
        "base_url = \"https://open.feishu.cn//\"\n");
    run.load();
    CHECK(run.apps.all[0].base_url == "https://open.feishu.cn");
}

TEST_CASE("shared_apps: a program without use for apps reads no secret") {
    AppsRun run{AppUse::unused};
    run.file(
        "[[app]]\nname = \"hr\"\napp_id = \"cli_1\"\n"
        "app_secret_file = \"/no/such/file\"\n");
    CHECK_NOTHROW(run.load());
    CHECK(AppsRun{AppUse::unused}.problems({"--app", "hr"}) ==
          Strings{"unknown option '--app'"});
}

TEST_CASE("shared_apps: the credential is named like the app") {
    AppsRun run;
    run.folder.write("hr", "hunter2");
    run.variables["CREDENTIALS_DIRECTORY"] = run.folder.path("");
    run.file("[[app]]\nname = \"hr\"\napp_id = \"cli_1\"\n");
    run.load();
    CHECK(run.apps.all[0].app_secret.reveal() == "hunter2");
}

TEST_CASE("shared_apps: an incomplete, doubled or open app is refused") {
    AppsRun run{AppUse::unused};
    run.file(
        "[[app]]\nname = \"hr\"\nbase_url = \"http://open.feishu.cn\"\n"
        "[[app]]\nname = \"hr\"\napp_id = \"cli_2\"\n");
    CHECK(run.problems() ==
          Strings{"1:1 'app_id' is missing in [[app]]",
                  "3:12 'base_url' must use https: plain http is for this"
                  " machine itself only in [[app]]",
                  "5:8 'name' 'hr' is used twice in [[app]]"});
}

TEST_CASE("shared_apps: consent page and token endpoint follow the brand") {
    AppsRun run;
    run.two_apps();
    run.load();
    CHECK(run.apps.all[0].accounts_url == "https://accounts.feishu.cn");
    CHECK(run.apps.all[0].oauth == "v3");
    CHECK(run.apps.all[0].wanted_scopes.empty());
    CHECK(run.apps.all[1].accounts_url == "https://accounts.larksuite.com");
    CHECK(run.apps.all[1].oauth == "v2");
}

TEST_CASE("shared_apps: a base address of its own is the accounts', too") {
    AppsRun run{AppUse::unused};
    run.file(
        "[[app]]\nname = \"hr\"\napp_id = \"cli_1\"\n"
        "base_url = \"https://proxy.example.com/\"\n"
        "[[app]]\nname = \"it\"\napp_id = \"cli_2\"\n"
        "base_url = \"https://proxy.example.com\"\n"
        "accounts_url = \"https://login.example.com//\"\noauth = \"v2\"\n"
        "wanted_scopes = [\"contact:user.base:readonly\", \"im:message\"]\n");
    run.load();
    CHECK(run.apps.all[0].accounts_url == "https://proxy.example.com");
    CHECK(run.apps.all[0].oauth == "v3");
    CHECK(run.apps.all[1].base_url == "https://proxy.example.com");
    CHECK(run.apps.all[1].accounts_url == "https://login.example.com");
    CHECK(run.apps.all[1].oauth == "v2");
    CHECK(run.apps.all[1].wanted_scopes ==
          Strings{"contact:user.base:readonly", "im:message"});
}

TEST_CASE("shared_apps: an open consent page or unknown endpoint is refused") {
    AppsRun run{AppUse::unused};
    run.file(
        "[[app]]\nname = \"hr\"\napp_id = \"cli_1\"\n"
        "accounts_url = \"http://accounts.feishu.cn\"\noauth = \"v1\"\n");
    const auto problems = run.problems();
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].starts_with("4:16 'accounts_url' must use https"));
    CHECK(problems[1].starts_with("5:9 'oauth' must be one of v2, v3"));
}

}  // namespace lark_batch::config::test

namespace lark_batch::config::test {

namespace {

AppsSettings many_apps() {
    AppsSettings apps;
    for (int i = 0; i < 100; ++i) {
        apps.all.emplace_back().name = "app-" + std::to_string(i);
    }
    apps.all[7].enabled = false;
    return apps;
}

Strings shard_of(AppsSettings apps, const std::string& shard) {
    apps.shard = shard;
    Strings names;
    for (const AppSettings* app : apps.selected()) {
        names.push_back(app->name);
    }
    return names;
}

}  // namespace

TEST_CASE("shared_apps: every enabled app is in exactly one shard") {
    const AppsSettings apps = many_apps();
    for (int of = 1; of <= 16; ++of) {
        CAPTURE(of);
        std::map<std::string, int> times;
        for (int number = 1; number <= of; ++number) {
            for (const std::string& name : shard_of(
                     apps, std::to_string(number) + "/" + std::to_string(of))) {
                ++times[name];
            }
        }
        CHECK(times.size() == 99);
        CHECK(times.count("app-7") == 0);
        for (const auto& [name, count] : times) {
            CHECK(count == 1);
        }
    }
}

TEST_CASE("shared_apps: other apps do not move one to another shard") {
    AppsSettings apps = many_apps();
    const Strings before = shard_of(apps, "2/4");
    apps.all.emplace_front().name = "new-app";
    Strings after = shard_of(apps, "2/4");
    std::erase(after, "new-app");
    CHECK(after == before);
    // Fair enough: 25 would be the mean.
    CHECK(before.size() > 12);
    CHECK(before.size() < 38);
}

TEST_CASE("shared_apps: a shard is an app, too, and may hold none") {
    AppsSettings apps = many_apps();
    CHECK(shard_of(apps, "app-3") == Strings{"app-3"});
    CHECK(shard_of(apps, "app-7").empty());
    apps.shard = "app-7";
    CHECK(apps.is_empty_shard());
    CHECK(apps.dealt().empty());
    apps.all.resize(1);
    CHECK(shard_of(apps, "1/2").size() + shard_of(apps, "2/2").size() == 1);
    apps.chosen = {"app-0"};
    CHECK(shard_of(apps, "1/2").size() + shard_of(apps, "2/2").size() == 1);
    CHECK(shard_of(apps, "1/1") == Strings{"app-0"});
    // No app at all is a mistake, whatever the shard.
    apps.all.clear();
    apps.shard = "1/1";
    CHECK_FALSE(apps.is_empty_shard());
}

TEST_CASE("shared_apps: a shard's name is part of its task's") {
    AppsSettings apps;
    const auto name_of = [&](const std::string& shard) {
        apps.shard = shard;
        return apps.shard_name();
    };
    CHECK(name_of("2/4") == "2of4");
    CHECK(name_of("16/16") == "16of16");
    CHECK(name_of("2of4") == "2of4");
    CHECK(shard_of(many_apps(), "2of4") == shard_of(many_apps(), "2/4"));
    CHECK(name_of("hr-portal") == "hr-portal");
    CHECK(name_of("").empty());
}

TEST_CASE("shared_apps: what is no shard is refused") {
    const auto problems_of = [](const std::string& shard) {
        AppsRun run;
        run.two_apps();
        return run.problems({"--shard", shard});
    };
    for (const std::string wrong : {"0/4", "5/4", "4", "a/b", "-1/4", "1/0",
                                    "1/1001", "1/2/3", "/", "hrr", "1 / 2"}) {
        CAPTURE(wrong);
        CHECK(problems_of(wrong) ==
              Strings{"--shard is '" + wrong +
                      "', which is neither a portion nor the name of an app"
                      " (write 2/4 for the second of four, or an app's"
                      " name)"});
    }
    CHECK(problems_of("hr") == Strings{"no problem"});
    CHECK(problems_of("1/1") == Strings{"no problem"});
    AppsRun elsewhere;
    elsewhere.two_apps();
    CHECK(elsewhere.problems({"--shard", "hr", "--app", "it"}) ==
          Strings{"--app names 'it', which is not in the shard 'hr' "
                  "(leave out one of the two)"});
}

}  // namespace lark_batch::config::test
