#include "tools/lark-healthcheck/history/notice_wording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/lark-healthcheck/finding.hpp"

namespace lark_batch::healthcheck {

namespace {

using notify::Entry;
using notify::Language;

std::string fact(const Entry& entry, const std::string& name) {
    const auto found = entry.facts.find(name);
    return found == entry.facts.end() ? std::string{} : found->second;
}

std::string pick(Language language, const char* en, const char* zh) {
    return language == Language::zh ? zh : en;
}

std::string state_word(const Entry& entry, Language language) {
    const State state = state_of(fact(entry, "state")).value_or(State::unknown);
    switch (state) {
        case State::ok:
            return pick(language, "OK", "正常");
        case State::warning:
            return pick(language, "WARNING", "警告");
        case State::critical:
            return pick(language, "CRITICAL", "严重");
        default:
            return pick(language, "UNKNOWN", "未知");
    }
}

std::string word_bad(const Entry& entry, Language language) {
    const std::string form =
        pick(language, "{} is {} since {}: {}", "{} 状态{}，自 {} 起：{}");
    std::string line = fmt::format(
        fmt::runtime(form), entry.topic, state_word(entry, language),
        fact(entry, "since"), fact(entry, "message"));
    const std::string parent = fact(entry, "skipped_for");
    if (!parent.empty()) {
        line += fmt::format(
            fmt::runtime(pick(language, " (not looked at now: '{}' is down)",
                              "（目前未检查：“{}”不可用）")),
            parent);
    }
    return line;
}

bool is_checked(const Options& options, const std::string& name) {
    return std::ranges::any_of(options.checks, [&](const Check& check) {
        return check.enabled && check.name == name;
    });
}

std::string word_over(const Options& options, const Entry& entry,
                      Language language) {
    return entry.topic +
           (is_checked(options, entry.topic)
                ? pick(language, " is OK again", " 已恢复正常")
                : pick(language, " is not checked any more", " 已不再检查"));
}

}  // namespace

notify::Source notice_source(const Options& options) {
    return {"healthcheck", "Health checks", "健康检查",
            [&options](const Entry& entry, Language language) {
                return entry.kind == notify::EntryKind::recovered
                           ? word_over(options, entry, language)
                           : word_bad(entry, language);
            }};
}

}  // namespace lark_batch::healthcheck
