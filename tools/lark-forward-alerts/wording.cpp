#include "tools/lark-forward-alerts/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace lark_batch::forward_alerts {

namespace {

using notify::Entry;
using notify::Language;
using notify::Link;

struct Phrase {
    std::string_view en;
    std::string_view zh;

    std::string_view in(Language language) const {
        return language == Language::zh ? zh : en;
    }
};

template <typename... Values>
std::string say(const Phrase& phrase, Language language,
                const Values&... values) {
    return fmt::format(fmt::runtime(phrase.in(language)), values...);
}

std::string fact(const Facts& facts, const std::string& name) {
    const auto found = facts.find(name);
    return found == facts.end() ? std::string{} : found->second;
}

// What the rule's author wrote, or else what tells it from others.
std::string about(const Facts& facts, Language language) {
    for (const char* name : {"summary", "labels"}) {
        if (std::string text = fact(facts, name); !text.empty()) {
            return text;
        }
    }
    return say({"without a summary", "无摘要"}, language);
}

std::string word_watchdog(const Entry& entry, const Vocabulary& vocabulary,
                          Language language) {
    if (entry.kind == notify::EntryKind::recovered) {
        return say({"alerts arrive again: Alertmanager has {}",
                    "告警链路已恢复：Alertmanager 中有 {}"},
                   language, vocabulary.watchdog);
    }
    return say({"no alert arrives: Alertmanager has had no {} since {}; see "
                "whether Prometheus evaluates its rules and reaches it",
                "告警链路中断：自 {1} 起 Alertmanager 中没有 {0}，请检查 "
                "Prometheus 的规则及其到 Alertmanager 的连接"},
               language, vocabulary.watchdog, fact(entry.facts, "since"));
}

std::string word_over(const Entry& entry, const Vocabulary& vocabulary,
                      Language language) {
    const auto found = vocabulary.gone.find(entry.topic);
    if (found == vocabulary.gone.end()) {
        return entry.label;
    }
    return say({"{} ({}): {}", "{}（{}）：{}"}, language,
               fact(found->second, "alert"), fact(found->second, "system"),
               about(found->second, language));
}

std::string word(const Entry& entry, const Vocabulary& vocabulary,
                 Language language) {
    if (entry.topic == k_watchdog_topic) {
        return word_watchdog(entry, vocabulary, language);
    }
    if (entry.kind == notify::EntryKind::recovered) {
        return word_over(entry, vocabulary, language);
    }
    const Facts& facts = entry.facts;
    const std::string name = fact(facts, "alert");
    const std::string system = fact(facts, "system");
    const std::string since = fact(facts, "since");
    if (const std::string over = fact(facts, "over"); !over.empty()) {
        return say({"{} ({}) fired since {} and is over since {}; it could "
                    "not be told before: {}",
                    "{}（{}）自 {} 触发，{} 已恢复，此前未能通知：{}"},
                   language, name, system, since, over, about(facts, language));
    }
    const std::string more = fact(facts, "description");
    return say({"{} ({}, since {}): {}", "{}（{}，自 {}）：{}"}, language, name,
               system, since, about(facts, language)) +
           (more.empty() ? "" : " — " + more);
}

// A Grafana uid, or an address as it is.
std::string dashboard_of(const Facts& facts, const Vocabulary& vocabulary) {
    std::string dashboard = fact(facts, "dashboard");
    if (dashboard.find("://") != std::string::npos) {
        return dashboard;
    }
    const bool uid =
        !dashboard.empty() && dashboard.find_first_not_of(
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_") == std::string::npos;
    return uid && !vocabulary.dashboards_url.empty()
               ? vocabulary.dashboards_url + "/d/" + dashboard
               : std::string{};
}

std::vector<Link> links(const Entry& entry, const Vocabulary& vocabulary,
                        Language language) {
    const auto label = [language](const Phrase& phrase) {
        return std::string{phrase.in(language)};
    };
    std::vector<Link> all{
        {label({"Runbook", "处理手册"}), fact(entry.facts, "runbook")},
        {label({"Dashboard", "仪表盘"}), dashboard_of(entry.facts, vocabulary)},
        {label({"Prometheus", "Prometheus"}), fact(entry.facts, "expression")}};
    std::erase_if(all, [](const Link& link) { return link.url.empty(); });
    return all;
}

}  // namespace

notify::Source notice_source(const Vocabulary& vocabulary) {
    return {k_source, "Alerts", "告警",
            [&vocabulary](const Entry& entry, Language language) {
                return word(entry, vocabulary, language);
            },
            [&vocabulary](const Entry& entry, Language language) {
                return links(entry, vocabulary, language);
            }};
}

}  // namespace lark_batch::forward_alerts
