#include "tools/lark-check-tokens/wording.hpp"

#include <fmt/format.h>

namespace lark_batch::check_tokens {

namespace {

using notify::Entry;
using notify::Language;

struct Phrase {
    std::string_view en;
    std::string_view zh;

    std::string in(Language language) const {
        return std::string{language == Language::zh ? zh : en};
    }
};

std::string fact(const Entry& entry, const std::string& name) {
    const auto found = entry.facts.find(name);
    return found == entry.facts.end() ? std::string{} : found->second;
}

// "Ada (ou_1)", or the id where the directory knows no name.
std::string who(const Entry& entry) {
    const std::string id =
        entry.person.empty() ? fact(entry, "id") : entry.person;
    const std::string name = fact(entry, "name");
    return name.empty() ? id : fmt::format("{} ({})", name, id);
}

// Why only a login helps: tokens.reason, see lib/tokens/rotation.cpp.
std::string why_login(const std::string& reason, Language language) {
    if (reason == "lost") {
        return Phrase{"a refresh was interrupted and its answer is lost",
                      "刷新被中断，新令牌已丢失"}
            .in(language);
    }
    if (reason == "expired") {
        return Phrase{"the refresh token has expired", "刷新令牌已过期"}.in(
            language);
    }
    if (reason == "revoked") {
        return Phrase{"the refresh token was used elsewhere or revoked",
                      "刷新令牌已在别处使用或被撤销"}
            .in(language);
    }
    if (reason == "person") {
        return Phrase{"Lark says that the person may not log in",
                      "飞书拒绝该用户登录"}
            .in(language);
    }
    return Phrase{"Lark refuses the refresh token", "飞书拒绝该刷新令牌"}.in(
        language);
}

std::string why_ending(const Entry& entry, Language language) {
    if (fact(entry, "year") == "true") {
        return Phrase{"a year after the last login only a new one helps",
                      "授权满一年，需要重新授权"}
            .in(language);
    }
    if (fact(entry, "refreshable") != "true") {
        return Phrase{"it cannot be refreshed", "无法自动刷新"}.in(language);
    }
    if (fact(entry, "failing") == "true") {
        return Phrase{"refreshing it fails", "刷新一直失败"}.in(language);
    }
    return Phrase{"it was not refreshed", "尚未刷新"}.in(language);
}

std::string word_end(const Entry& entry, Language language) {
    if (fact(entry, "state") == "needs_login") {
        return fmt::format(
            fmt::runtime(
                Phrase{"{} must log in again: {}", "{} 需要重新授权：{}"}.in(
                    language)),
            who(entry), why_login(fact(entry, "reason"), language));
    }
    const bool past = fact(entry, "days").starts_with('-');
    const std::string pattern =
        past
            ? Phrase{"token of {} ended on {}: {}", "{} 的令牌已于 {} 到期：{}"}
                  .in(language)
            : Phrase{"token of {} ends on {}, in {} days: {}",
                     "{} 的令牌将于 {} 到期，剩余 {} 天：{}"}
                  .in(language);
    const std::string ends = fact(entry, "ends");
    const std::string why = why_ending(entry, language);
    return past ? fmt::format(fmt::runtime(pattern), who(entry), ends, why)
                : fmt::format(fmt::runtime(pattern), who(entry), ends,
                              fact(entry, "days"), why);
}

std::string word_app(const Entry& entry, Language language) {
    if (fact(entry, "what") == "disabled") {
        return Phrase{"the app is not enabled in the tenant",
                      "应用在租户中未启用"}
            .in(language);
    }
    return fmt::format(
        fmt::runtime(Phrase{"Lark refuses to refresh any token of the app "
                            "(code {}): check its secret, its release and "
                            "its security settings",
                            "飞书拒绝刷新该应用的所有令牌（错误码 {}）：请检查"
                            "应用密钥、发布状态和安全设置"}
                         .in(language)),
        fact(entry, "code"));
}

// In order again, revoked or deleted: whichever, nothing is left to be done.
std::string word_recovered(const Entry& entry, Language language) {
    if (entry.person.empty()) {
        return entry.topic.starts_with("app/")
                   ? Phrase{"the app is in order again", "应用已恢复正常"}.in(
                         language)
                   : Phrase{"a token needs nothing any more",
                            "一个令牌的问题已解决"}
                         .in(language);
    }
    return fmt::format(
        fmt::runtime(Phrase{"the token of {} needs nothing any more",
                            "{} 的令牌问题已解决"}
                         .in(language)),
        entry.person);
}

std::string word(const Entry& entry, Language language) {
    if (entry.kind == notify::EntryKind::recovered) {
        return word_recovered(entry, language);
    }
    const std::string what = fact(entry, "what");
    if (what == "end") {
        return word_end(entry, language);
    }
    if (what == "scopes") {
        return fmt::format(
            fmt::runtime(
                Phrase{"token of {} lacks {}", "{} 的令牌缺少权限 {}"}.in(
                    language)),
            who(entry), fact(entry, "missing"));
    }
    if (what == "person") {
        return fmt::format(
            fmt::runtime(Phrase{"{} has left and still has a token: revoke it",
                                "{} 已离职，其令牌仍然有效：请撤销"}
                             .in(language)),
            who(entry));
    }
    return word_app(entry, language);
}

}  // namespace

notify::Source notice_source() {
    return {"check_tokens", "OAuth tokens", "OAuth 令牌", word};
}

}  // namespace lark_batch::check_tokens
