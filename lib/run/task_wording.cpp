// What people read about a task that fails, one line each.
#include <fmt/format.h>

#include <array>

#include "lib/run/task_notices.hpp"

namespace lark_batch::run {

namespace {

using notify::Entry;
using notify::Language;

struct Words {
    std::string_view outcome;
    std::string_view en;
    std::string_view zh;
};

constexpr std::array<Words, 5> k_words{{
    {"failure", "failed", "运行失败"},
    {"partial", "finished, but not with all", "部分失败"},
    {"guarded", "held changes back", "已拦截部分变更"},
    {"interrupted", "was interrupted", "被中断"},
    {"timeout", "ran out of time", "运行超时"},
}};

bool is_chinese(Language language) {
    return language == Language::zh;
}

std::string fact(const Entry& entry, const std::string& name) {
    const auto found = entry.facts.find(name);
    return found == entry.facts.end() ? std::string{} : found->second;
}

std::string_view outcome_words(const Entry& entry, Language language) {
    const std::string outcome = fact(entry, "outcome");
    for (const Words& words : k_words) {
        if (words.outcome == outcome) {
            return is_chinese(language) ? words.zh : words.en;
        }
    }
    return is_chinese(language) ? k_words[0].zh : k_words[0].en;
}

std::string place(const Entry& entry, Language language) {
    const std::string code = fact(entry, "exit_code");
    const std::string host = fact(entry, "host");
    if (is_chinese(language)) {
        return fmt::format("（主机 {}{}）", host,
                           code.empty() ? "" : "，退出码 " + code);
    }
    return fmt::format(" on {}{}", host,
                       code.empty() ? "" : " (exit code " + code + ")");
}

std::string word(const Entry& entry, Language language) {
    if (entry.kind == notify::EntryKind::recovered) {
        return entry.topic +
               (is_chinese(language) ? " 已恢复成功" : " succeeded again");
    }
    const std::string form = is_chinese(language)
                                 ? "{} {}{}，自 {} 起：{}；查看 {}"
                                 : "{} {}{}, failing since {}: {}; see {}";
    return fmt::format(fmt::runtime(form), entry.topic,
                       outcome_words(entry, language), place(entry, language),
                       fact(entry, "since"), fact(entry, "error"),
                       fact(entry, "next"));
}

}  // namespace

notify::Source task_source() {
    return {"tasks", "Scheduled tasks", "定时任务", word};
}

}  // namespace lark_batch::run
