// A database, channels that listen, and an announcer between them.
#pragma once

#include <atomic>

#include "lib/notify/announcer.hpp"
#include "tests/notify/desk.hpp"
#include "tests/support/postgres.hpp"

namespace lark_batch::notify::test {

using errors::Kind;
using lark_batch::test::shared_postgres;

inline const std::string& template_database() {
    static const std::string name = [] {
        std::string fresh = shared_postgres().create_database();
        shared_postgres().sql(fresh, "\\i '" LARK_BATCH_SCHEMA "'");
        return fresh;
    }();
    return name;
}

// Programs that listen, in place of webhooks; the reply can be changed.
struct Listener {
    std::atomic<int> status{200};
    HttpServer server{[this](const HttpRequest&) {
        return Reply{status.load(), {}, ""};
    }};

    config::ChannelSettings channel(const std::string& name) const {
        auto settings = channel_of("webhook");
        settings.name = name;
        settings.url = text::Secret{server.url() + "/hunter2"};
        return settings;
    }
    std::size_t count() const { return server.requests().size(); }
    std::string last() const { return server.requests().back().body; }
};

struct Office {
    Office()
        : database(shared_postgres().create_database(template_database())),
          connection({shared_postgres().url(database), {}}) {}

    // Routes every severity to the channel.
    void add(const config::ChannelSettings& channel) {
        settings.channels.push_back(channel);
        for (auto* route :
             {&settings.reminder, &settings.urgent, &settings.critical}) {
            route->push_back(channel.name);
        }
    }
    // Rows of (topic, app, level).
    void conditions(const std::string& rows) {
        db::create_conditions(connection);
        if (!rows.empty()) {
            connection.execute(
                "INSERT INTO conditions (topic, app, level, label)"
                " SELECT t, a, l, 'user' FROM (VALUES " +
                rows + ") AS given(t, a, l)");
        }
    }
    Report announce(Mode mode = Mode::real) {
        Announcer announcer{settings, desk.courier(), source()};
        Report report = announcer.announce(connection, {{"hr", "it"}}, mode);
        if (const auto failure = report.failure()) {
            CHECK_FALSE(has(failure->what(), k_planted));
            CHECK_FALSE(has(failure->hint(), k_planted));
        }
        return report;
    }
    // Rows of (topic, app, person), reminders all.
    void people(const std::string& rows) {
        db::create_conditions(connection);
        if (!rows.empty()) {
            connection.execute(
                "INSERT INTO conditions (topic, app, person, level)"
                " SELECT t, a, p, 1 FROM (" +
                rows + ") AS given(t, a, p)");
        }
    }
    std::string sql(const std::string& text) const {
        return shared_postgres().sql(database, text);
    }

    std::string database;
    db::Connection connection;
    config::NotifySettings settings;
    Desk desk;
};

}  // namespace lark_batch::notify::test
