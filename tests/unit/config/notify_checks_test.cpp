#include "lib/config/notify_checks.hpp"

#include "tests/unit/config/notify_fixture.hpp"

namespace lark_batch::config::test {

namespace {

const Strings k_fine{"no problem"};

}  // namespace

TEST_CASE("notify_checks: a route to an unknown channel has a suggestion") {
    CHECK(problems_of("[notify]\nreminder = [\"opss\"]\nurgent = [\"ops\"]\n" +
                      channel("ops", "webhook")) ==
          Strings{"notify.reminder names the unknown channel 'opss'"
                  " (did you mean 'ops'?)"});
}

TEST_CASE("notify_checks: an unknown app of a channel has a suggestion") {
    const Strings unknown{
        "channel 'a' names the unknown app 'hrr' (did you mean 'hr'?)"};
    CHECK(problems_of_channel("webhook", "apps = [\"hrr\"]\n") == unknown);
    CHECK(problems_of_channel("lark_bot", "to = [\"oc_1\"]\napp = \"hrr\"\n") ==
          unknown);
}

TEST_CASE("notify_checks: what a kind needs must be given") {
    CHECK(problems_of_channel("email", "") ==
          Strings{"channel 'a' of kind 'email' needs 'to'",
                  "channel 'a' of kind 'email' needs 'smtp'",
                  "channel 'a' of kind 'email' needs 'from'"});
    CHECK(problems_of_channel("lark_bot", "") ==
          Strings{"channel 'a' of kind 'lark_bot' needs 'to'"});
    CHECK(problems_of_channel("lark_webhok", "").size() == 1);
}

TEST_CASE("notify_checks: an empty value is as good as none") {
    CHECK(problems_of_channel("lark_bot", "to = []\n") ==
          Strings{"channel 'a' of kind 'lark_bot' needs 'to'"});
    CHECK(problems_of_channel("email",
                              "to = []\nfrom = \"\"\n"
                              "smtp = \"smtp://mail.example.com\"\n") ==
          Strings{"channel 'a' of kind 'email' needs 'to'",
                  "channel 'a' of kind 'email' needs 'from'"});
    for (const std::string kind : {"lark_bot", "email"}) {
        const auto problems =
            problems_of_channel(kind,
                                "to = [\"\"]\nfrom = \"o@b.example\"\n"
                                "smtp = \"smtp://mail.example.com\"\n");
        CHECK(problems.size() == 1);
    }
}

TEST_CASE("notify_checks: receivers are checked and not repeated") {
    const auto bot =
        problems_of_channel("lark_bot", "to = [\"13912345678\"]\n");
    REQUIRE(bot.size() == 1);
    CHECK(bot[0].starts_with("channel 'a' has an unknown receiver in 'to'"));
    CHECK_FALSE(has(bot[0], "139"));
    const auto two =
        problems_of_channel("lark_bot", "to = [\"oc_1\", \"oc_2\"]\n");
    REQUIRE(two.size() == 1);
    CHECK(two[0].starts_with("channel 'a' has more than one receiver"));
    const auto mail =
        problems_of_channel("email",
                            "to = [\"zhang san\"]\nfrom = \"x\\r\\nBcc: y@z\"\n"
                            "smtp = \"smtp://mail.example.com\"\n");
    REQUIRE(mail.size() == 2);
    CHECK(has(mail[0], "each of 'to' must be a mail address"));
    CHECK_FALSE(has(mail[0], "zhang"));
    CHECK(has(mail[1], "'from' must be a mail address"));
}

TEST_CASE("notify_checks: one app's bot cannot write to another's person") {
    const auto all =
        problems_of_channel("lark_bot", "to = [\"person\"]\napp = \"hr\"\n");
    REQUIRE(all.size() == 1);
    CHECK(has(all[0], "open_ids differ from app to app"));
    CHECK(problems_of_channel("lark_bot",
                              "to = [\"person\"]\napp = \"hr\"\n"
                              "apps = [\"hr\"]\n") == k_fine);
    CHECK(problems_of_channel("lark_bot", "to = [\"person\"]\n") == k_fine);
}

TEST_CASE("notify_checks: an open_id needs to be some app's") {
    const auto whose = problems_of_channel("lark_bot", "to = [\"ou_1\"]\n");
    REQUIRE(whose.size() == 1);
    CHECK(whose[0].starts_with("channel 'a' has an open_id in 'to' and does"));
    CHECK_FALSE(has(whose[0], "ou_1"));
    CHECK(problems_of_channel("lark_bot", "to = [\"ou_1\"]\napp = \"hr\"\n") ==
          k_fine);
    CHECK(problems_of_channel("lark_bot",
                              "to = [\"ou_1\"]\napps = [\"hr\"]\n") == k_fine);
}

TEST_CASE("notify_checks: a channel that no route names is told") {
    CHECK(problems_of(routes("\"a\"") + channel("a", "webhook") +
                      channel("b", "webhook")) ==
          Strings{"channel 'b' is in no route (name it in notify.reminder, "
                  "notify.urgent or notify.critical)"});
}

TEST_CASE("notify_checks: a bot that speaks for a channel needs its app") {
    NotifySettings notify;
    notify.wanted = [] { return true; };
    ChannelSettings bot;
    bot.name = "boss";
    bot.kind = "lark_bot";
    bot.app = "hr";
    notify.channels = {bot};
    CHECK_FALSE(notify.speaks_through("hr"));
    notify.critical = {"boss"};
    CHECK(notify.speaks_through("hr"));
    CHECK_FALSE(notify.speaks_through("it"));
    notify.wanted = [] { return false; };
    CHECK_FALSE(notify.speaks_through("hr"));
}

TEST_CASE("notify_checks: mail without TLS is for this machine only") {
    const std::string rest =
        "to = [\"a@b.example\"]\nfrom = \"Ops <o@b.example>\"\n"
        "tls = \"none\"\n";
    const auto count = [&rest](const std::string& smtp) {
        return problems_of_channel("email", rest + "smtp = \"" + smtp + "\"\n");
    };
    CHECK(count("smtp://mail.example.com").size() == 1);
    CHECK(count("smtps://localhost").size() == 1);
    CHECK(count("smtp://127.0.0.1:25") == k_fine);
}

}  // namespace lark_batch::config::test
