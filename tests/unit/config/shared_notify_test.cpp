#include "tests/unit/config/notify_fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("shared_notify: channels have the defaults of [notify]") {
    NotifyRun run;
    run.file(
        "[notify]\nlanguage = \"zh\"\nurgent = [\"ops\", \"boss\"]\n" +
        channel("ops", "lark_webhook") +
        channel("boss", "lark_bot", "to = [\"person\"]\nlanguage = \"en\"\n"));
    run.load();
    REQUIRE(run.notify.channels.size() == 2);
    CHECK(run.notify.channels[0].language == "zh");
    CHECK(run.notify.channels[1].language == "en");
    CHECK(run.notify.repeat_after.count() == 86'400'000);
    CHECK(run.notify.max_entries == 200);
    CHECK(run.notify.urgent == Strings{"ops", "boss"});
    CHECK(run.notify.critical.empty());
}

TEST_CASE("shared_notify: a mail server's address is no other address") {
    for (const std::string wrong :
         {"https://mail.example.com", "smtp://", "smtp://a:b@mail.example.com",
          "smtp://mail.example.com:0", "smtp://mail.example.com/x"}) {
        CAPTURE(wrong);
        const auto problems = problems_of_channel(
            "email",
            "to = [\"a@b.example\"]\nfrom = \"a@b.example\"\nsmtp = \"" +
                wrong + "\"\n");
        REQUIRE(problems.size() == 1);
        CHECK(has(problems[0], "must be an address such as smtp://"));
    }
}

TEST_CASE("shared_notify: secrets are read by programs that notify alone") {
    const std::string text =
        routes(R"("ops", "mail", "any")") +
        channel("ops", "lark_webhook", "url_file = \"url\"\n") +
        channel("mail", "email",
                "to = [\"a@b.example\"]\n"
                "from = \"a@b.example\"\n"
                "smtp = \"smtps://mail.example.com\"\n"
                "user = \"me\"\n") +
        channel("any", "webhook");
    NotifyRun silent;
    silent.file(text);
    CHECK_NOTHROW(silent.load());
    NotifyRun telling{true};
    telling.folder.write("url", "https://open.feishu.cn/hook/hunter2");
    telling.file(text);
    const auto problems = telling.problems();
    REQUIRE(problems.size() == 2);
    CHECK(has(problems[0], "'password' is missing in [[channel]]"));
    CHECK(has(problems[0], "the credential 'channel-mail-password'"));
    CHECK(has(problems[1], "'url' is missing in [[channel]]"));
    CHECK(has(problems[1], "the credential 'channel-any-url'"));
    CHECK(telling.notify.channels[0].url.reveal() ==
          "https://open.feishu.cn/hook/hunter2");
    CHECK_FALSE(has(print_config(telling.options), "hunter2"));
}

TEST_CASE("shared_notify: the secret of a speaking app is read to notify") {
    const auto problems_when = [](bool notifies) {
        Run run;
        SharedSettings shared;
        run.options = OptionSet{};
        shared.notify.wanted = [notifies] { return notifies; };
        declare_shared(run.options, shared, {"check_tokens", true},
                       AppUse::used);
        run.folder.write("secret", "s3cret");
        run.file(
            routes("\"boss\"") + k_app +
            "app_secret_file = \"secret\"\n"
            "[[app]]\nname = \"it\"\napp_id = \"cli_2\"\n"
            "enabled = false\n" +
            channel("boss", "lark_bot", "to = [\"oc_1\"]\napp = \"it\"\n"));
        return run.problems();
    };
    const auto telling = problems_when(true);
    REQUIRE(telling.size() == 1);
    CHECK(has(telling[0], "the credential 'it'"));
    CHECK(problems_when(false) == Strings{"no problem"});
}

}  // namespace lark_batch::config::test
