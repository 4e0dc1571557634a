#include "lib/notify/settings_check.hpp"

#include <doctest/doctest.h>

#include <array>

#include "tests/support/temp_dir.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;

namespace {

config::ChannelSettings hook(const std::string& name, const std::string& url) {
    config::ChannelSettings channel;
    channel.name = name;
    channel.kind = "lark_webhook";
    channel.url = text::Secret{url};
    return channel;
}

}  // namespace

TEST_CASE("settings_check: nothing is wrong with what is right") {
    config::NotifySettings settings;
    settings.channels = {hook("ops", "https://open.feishu.cn/hook/hunter2")};
    const test::TempDir folder;
    folder.write("check_tokens.entry.en.txt", "{text}");
    settings.templates = folder.path();
    CHECK(check_settings(settings).empty());
}

TEST_CASE("settings_check: every wrong address is named, none is repeated") {
    config::NotifySettings settings;
    settings.channels = {hook("ops", "http://open.feishu.cn/hook/hunter2"),
                         hook("boss", "hunter2"),
                         hook("fine", "https://open.feishu.cn/hook/x")};
    const auto found = check_settings(settings);
    REQUIRE(found.size() == 2);
    CHECK(found[0].message.starts_with("channel 'ops'"));
    CHECK(found[1].message.starts_with("channel 'boss'"));
    for (const auto& problem : found) {
        CHECK((problem.message + problem.hint).find("hunter2") ==
              std::string::npos);
    }
}

TEST_CASE("settings_check: a template is wrong once, for all sources") {
    config::NotifySettings settings;
    const test::TempDir folder;
    settings.templates = folder.path();
    folder.write("heading.en.txt", "{nonsense}");
    constexpr std::array<std::string_view, 2> sources{"one", "two"};
    CHECK(check_settings(settings, sources).size() == 1);
    folder.write("heading.en.txt", "{heading}");
    folder.write("two.heading.en.txt", "{nonsense}");
    const auto found = check_settings(settings, sources);
    REQUIRE(found.size() == 1);
    CHECK(found[0].message.find("two.heading.en.txt") != std::string::npos);
}

TEST_CASE("settings_check: a template of no source is found") {
    config::NotifySettings settings;
    const test::TempDir folder;
    settings.templates = folder.path();
    folder.write("chek_tokens.entry.en.txt", "{text}");
    const auto found = check_settings(settings);
    REQUIRE(found.size() == 1);
    CHECK(found[0].message.ends_with("for the unknown source 'chek_tokens'"));
    CHECK(found[0].hint == "did you mean 'check_tokens'?");
}
