#include "tests/notify/office.hpp"
#include "tests/support/smtp_server.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;
using lark_batch::test::SmtpOptions;
using lark_batch::test::SmtpServer;

TEST_CASE("announcer: one digest an app and channel, and then silence") {
    Listener ops;
    Office office;
    office.add(ops.channel("ops"));
    office.conditions("('a', 'hr', 1), ('b', 'hr', 3), ('c', 'it', 2)");
    const Report first = office.announce();
    CHECK(first.complete());
    CHECK(first.messages() == 2);
    CHECK(ops.count() == 2);
    const Report second = office.announce();
    CHECK(second.complete());
    CHECK(second.messages() == 0);
    CHECK(ops.count() == 2);
}

TEST_CASE("announcer: the report counts what was told") {
    Listener ops;
    Office office;
    office.add(ops.channel("ops"));
    office.conditions("('a', 'hr', 1), ('b', 'hr', 3), ('c', 'hr', 3)");
    const Report report = office.announce();
    REQUIRE(report.channels.size() == 1);
    const auto& told = report.channels[0].told;
    REQUIRE(told.size() == 2);
    CHECK(told[1].app == "hr");
    CHECK(told[1].label == "user");
    CHECK(told[1].severity == Severity::critical);
    CHECK(told[1].kind == EntryKind::fresh);
    CHECK(told[1].count == 2);
    CHECK(report.channels[0].untold == 0);
}

TEST_CASE("announcer: each severity goes where it is routed") {
    Listener ops;
    Listener boss;
    Office office;
    office.settings.channels = {ops.channel("ops"), boss.channel("boss"),
                                boss.channel("unrouted")};
    office.settings.reminder = {"ops"};
    office.settings.critical = {"ops", "boss"};
    office.conditions("('a', 'hr', 1), ('b', 'hr', 2), ('c', 'hr', 3)");
    CHECK(office.announce().channels.size() == 2);
    CHECK(ops.count() == 1);
    CHECK(has(ops.last(), R"("topic":"a")"));
    CHECK_FALSE(has(ops.last(), R"("topic":"b")"));
    CHECK(boss.count() == 1);
    CHECK_FALSE(has(boss.last(), R"("topic":"a")"));
    CHECK(has(boss.last(), R"("topic":"c")"));
}

TEST_CASE("announcer: worse is told at once, over is told once") {
    Listener ops;
    Office office;
    office.add(ops.channel("ops"));
    office.conditions("('a', 'hr', 1)");
    office.announce();
    office.conditions("('a', 'hr', 3)");
    office.announce();
    CHECK(has(ops.last(), R"("kind":"escalated")"));
    office.conditions("");
    office.announce();
    CHECK(has(ops.last(), R"("severity":"recovered")"));
    office.announce();
    CHECK(ops.count() == 3);
}

TEST_CASE("announcer: a rehearsal says what is due and writes nothing") {
    Listener ops;
    Office office;
    office.add(ops.channel("ops"));
    office.conditions("('a', 'hr', 1), ('b', 'it', 1)");
    const Report report = office.announce(Mode::rehearsal);
    CHECK(report.messages() == 0);
    CHECK(report.channels[0].told.size() == 2);
    CHECK(ops.count() == 0);
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices") == "0");
}

TEST_CASE("announcer: half the channels are down, the others are told") {
    Listener ops;
    Listener down;
    down.status = 503;
    const SmtpServer refusing{[] {
        SmtpOptions options;
        options.refuse = {"rcpt:550:1"};
        return options;
    }()};
    const Sandbox sandbox;
    Office office;
    office.desk.api = sandbox.url();
    office.add(down.channel("down"));
    office.add(ops.channel("ops"));
    auto mail = channel_of("email");
    mail.name = "mail";
    mail.smtp = refusing.url();
    mail.tls = "none";
    mail.from = "ops@example.com";
    mail.to = {"zhang@example.com"};
    office.add(mail);
    auto bot = channel_of("lark_bot");
    bot.name = "bot";
    bot.to = {"oc_ops"};
    office.add(bot);
    office.conditions("('a', 'hr', 2)");

    const Report first = office.announce();
    REQUIRE(first.channels.size() == 4);
    CHECK_FALSE(first.complete());
    REQUIRE(first.channels[0].failure);
    CHECK(has(first.channels[0].failure->what(),
              "channel 'down': the webhook was answered with HTTP 503"));
    CHECK(first.channels[0].untold == 1);
    CHECK(first.channels[1].messages == 1);
    CHECK(first.channels[2].failure);
    CHECK_FALSE(has(first.channels[2].failure->what(), "zhang"));
    CHECK(first.channels[3].messages == 1);
    CHECK(office.sql("SELECT string_agg(channel, ' ' ORDER BY channel)"
                     " FROM lark_batch.notices") == "bot ops");

    down.status = 200;
    const Report second = office.announce();
    CHECK(second.complete());
    CHECK(second.messages() == 2);
    CHECK(ops.count() == 1);
    CHECK(down.count() == 3);  // once it was repeated
    CHECK(refusing.mails().size() == 1);
    CHECK(messages_of(sandbox) == 1);
}

TEST_CASE("announcer: accepted but not recorded is one message of the bot") {
    const Sandbox sandbox;
    Office office;
    office.desk.api = sandbox.url();
    auto bot = channel_of("lark_bot");
    bot.to = {"oc_ops"};
    office.add(bot);
    office.conditions("('a', 'hr', 2)");
    office.announce();
    // As after a kill between the answer and the commit.
    office.connection.execute("TRUNCATE lark_batch.notices");
    CHECK(office.announce().messages() == 1);
    CHECK(messages_of(sandbox) == 1);
}

TEST_CASE("announcer: what comes back within the hour is told again") {
    const Sandbox sandbox;
    Office office;
    office.desk.api = sandbox.url();
    auto bot = channel_of("lark_bot");
    bot.to = {"oc_ops"};
    office.add(bot);
    for (int times = 0; times < 2; ++times) {
        office.conditions("('a', 'hr', 2)");
        office.announce();
        office.conditions("");
        office.announce();
    }
    CHECK(messages_of(sandbox) == 4);
}

TEST_CASE("announcer: a message to each person concerned") {
    const Sandbox sandbox{{"--users", "300"}};
    Office office;
    office.desk.api = sandbox.url();
    auto bot = channel_of("lark_bot");
    bot.to = {"person"};
    office.add(bot);
    db::create_conditions(office.connection);
    simdjson::dom::parser parser;
    const auto users =
        parser.parse(sandbox.get("/_sandbox/company?list=users"));
    std::string rows;
    for (const simdjson::dom::element user :
         simdjson::dom::array{users["list"]}) {
        const std::string id{std::string_view{user["open_id"]}};
        rows.append(rows.empty() ? "('" : ",('").append(id);
        rows.append("','hr','").append(id).append("',1)");
    }
    office.connection.execute(
        "INSERT INTO conditions (topic, app, person, level) VALUES " + rows +
        ",('x','hr','ou_nobody',1)");
    const Report report = office.announce();
    CHECK(report.messages() == 300);
    CHECK(report.channels[0].untold == 0);
    CHECK(report.channels[0].undeliverable == 1);
    CHECK(report.complete());
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices") == "301");
    CHECK(office.announce().messages() == 0);
    CHECK(messages_of(sandbox) == 300);
}

TEST_CASE("announcer: a long list is cut, all of it counts as told") {
    Listener ops;
    Office office;
    office.settings.max_entries = 5;
    office.add(ops.channel("ops"));
    db::create_conditions(office.connection);
    office.connection.execute(
        "INSERT INTO conditions (topic, app, level)"
        " SELECT n::text, 'hr', 1 FROM generate_series(1, 1000) n");
    office.announce();
    CHECK(has(ops.last(), R"("more":995)"));
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices") == "1000");
}

TEST_CASE("announcer: a stop ends it between channels, told stays told") {
    Listener ops;
    Listener later;
    Office office;
    office.add(ops.channel("ops"));
    office.add(later.channel("later"));
    office.conditions("('a', 'hr', 1)");
    office.desk.on_tick = [&ops] {
        if (ops.count() > 0) {
            throw errors::Error{Kind::stopped, "stopped by SIGTERM"};
        }
    };
    Announcer announcer{office.settings, office.desk.courier(), source()};
    const Report report =
        announcer.announce(office.connection, {{"hr"}}, Mode::real);
    REQUIRE(report.ended);
    CHECK(report.ended->kind() == Kind::stopped);
    CHECK(later.count() == 0);
    CHECK(report.channels.at(0).messages == 1);
    CHECK(
        office.sql("SELECT string_agg(channel, ' ') FROM lark_batch.notices") ==
        "ops");
}

TEST_CASE("announcer: a malformed template is found before anything is sent") {
    Listener ops;
    Office office;
    office.add(ops.channel("ops"));
    const lark_batch::test::TempDir folder;
    folder.write("heading.en.txt", "{nonsense}");
    office.settings.templates = folder.path();
    office.conditions("('a', 'hr', 1)");
    CHECK_THROWS_AS(office.announce(), errors::Error);
    CHECK(ops.count() == 0);
}

TEST_CASE("announcer: one entry at once, without the database's memory") {
    Listener ops;
    Listener boss;
    Listener hr;
    Office office;
    office.settings.channels = {ops.channel("ops"), boss.channel("boss"),
                                hr.channel("hr")};
    office.settings.channels[2].apps = {"hr"};
    office.settings.urgent = {"ops", "boss", "hr"};
    Announcer announcer{office.settings, office.desk.courier(), source()};
    CHECK(announcer.has_route(Severity::urgent));
    CHECK_FALSE(announcer.has_route(Severity::critical));
    Entry entry;
    entry.topic = "backup";
    entry.label = "task";
    entry.level = 2;
    boss.status = 400;
    const Report report = announcer.tell(entry, {});
    // A channel of some apps hears nothing that concerns none.
    REQUIRE(report.channels.size() == 2);
    CHECK(report.channels[0].messages == 1);
    CHECK(report.channels[0].told.at(0).severity == Severity::urgent);
    CHECK(report.channels[1].failure);
    CHECK(report.channels[1].untold == 1);
    CHECK(has(ops.last(), R"("text":"[urgent] backup")"));
    boss.status = 200;
    CHECK(announcer.tell(entry, {"ops"}).messages() == 1);
    CHECK(ops.count() == 1);
    CHECK(hr.count() == 0);
    entry.level = 3;
    CHECK(announcer.tell(entry, {}).channels.empty());
    CHECK(office.sql("SELECT count(*) FROM lark_batch.notices") == "0");
}
