// A database, a webhook that people read, and the program before them.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/tokens/inbox.hpp"

namespace lark_batch::test {

using nlohmann::json;
using Strings = std::vector<std::string>;

inline const std::string& empty_database() {
    static const std::string name = [] {
        std::string fresh = shared_postgres().create_database();
        shared_postgres().sql(fresh, "\\i '" LARK_BATCH_SCHEMA "'");
        return fresh;
    }();
    return name;
}

struct Place {
    // `more`: lines of the section [forward_alerts]. An alert is over as soon
    // as it is missing. `boss` is a second channel, told after the first.
    explicit Place(const Strings& alertmanagers, const std::string& more = "",
                   const Inbox* boss = nullptr)
        : database(shared_postgres().create_database(empty_database())) {
        const std::string route =
            boss != nullptr ? R"(["ops", "boss"])" : R"(["ops"])";
        dir.write(
            "lark-batch.toml",
            "state_directory = \"" + dir.path().string() +
                "\"\n[database]\nurl = \"" + shared_postgres().url(database) +
                "\"\n[pushgateway]\nenabled = false\n"
                "[alertmanager]\nurls = " +
                json(alertmanagers).dump() +
                "\n[forward_alerts]\nresolve_after = \"0s\"\n"
                "dashboards_url = \"https://grafana.example\"\n" +
                more + "\n[notify]\nreminder = " + route + "\nurgent = " +
                route + "\ncritical = " + route + "\n" + channel("ops", inbox) +
                (boss != nullptr ? channel("boss", *boss) : ""));
    }

    std::string channel(const std::string& name, const Inbox& to) const {
        const auto url = dir.write(name, to.url());
        std::filesystem::permissions(url, std::filesystem::perms{0600});
        return "[[channel]]\nname = \"" + name +
               "\"\nkind = \"webhook\"\nurl_file = \"" + url.string() + "\"\n";
    }

    Command command(const Strings& more = {}) const {
        Command started;
        started.argv = {LARK_FORWARD_ALERTS_BINARY, "--config",
                        (dir / "lark-batch.toml").string(), "--json"};
        started.argv.insert(started.argv.end(), more.begin(), more.end());
        return started;
    }
    // The run must end with that code.
    json forward(int exit_code = 0, const Strings& more = {}) {
        const Finished done = run(command(more));
        INFO(done.err);
        INFO(done.out);
        REQUIRE(done.exit_code == exit_code);
        error = done.err;
        return json::parse(done.out);
    }
    // "new critical, recovered urgent" of what was told since the last call.
    std::string news() {
        std::string words;
        latest = inbox.news();
        for (const Told& told : latest) {
            words +=
                (words.empty() ? "" : ", ") + told.kind + " " + told.severity;
        }
        return words;
    }
    std::string news_after_run(int exit_code = 0) {
        forward(exit_code);
        return news();
    }
    std::string text() const {
        return latest.empty() ? "" : latest.front().text;
    }
    std::string sql(const std::string& text) const {
        return shared_postgres().sql(database, text);
    }

    TempDir dir;
    Inbox inbox;
    std::string database;
    std::string error;         // stderr of the last run
    std::vector<Told> latest;  // of the last news()
};

}  // namespace lark_batch::test
