// Entries and digests that the tests of lib/notify speak of.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "lib/notify/digest.hpp"

namespace lark_batch::notify::test {

inline Entry entry_of(const std::string& topic, int level = 2,
                      EntryKind kind = EntryKind::fresh) {
    Entry entry;
    entry.topic = topic;
    entry.app = "hr";
    entry.label = "user_access_token";
    entry.person = "ou_1";
    entry.level = level;
    entry.kind = kind;
    entry.facts_json = R"({"days": "3"})";
    entry.facts = {{"days", "3"}};
    return entry;
}

// Words an entry by its topic alone.
inline Source source() {
    return {"check_tokens", "Tokens", "令牌",
            [](const Entry& entry, Language) { return entry.topic; }};
}

inline db::NoticeGroup group_of(const std::vector<Entry>& entries,
                                long long more = 0) {
    std::map<std::pair<int, EntryKind>, long long> counts;
    for (const auto& entry : entries) {
        ++counts[{entry.level, entry.kind}];
    }
    db::NoticeGroup group{"hr", ""};
    for (const auto& [key, count] : counts) {
        group.counts.push_back(
            {"user_access_token", key.first, key.second, count + more});
        more = 0;
    }
    return group;
}

inline Digest digest_of(const std::vector<Entry>& entries,
                        Language language = Language::en, long long more = 0) {
    return make_digest(source(), Templates{"", "check_tokens"},
                       {"ops", language}, group_of(entries, more), entries);
}

inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
}

// What stands between both, "" when they do not.
inline std::string between(const std::string& text, const std::string& before,
                           const std::string& after) {
    const auto start = text.find(before);
    const auto end = text.find(after, start + before.size());
    return start == text.npos || end == text.npos
               ? ""
               : text.substr(start + before.size(),
                             end - start - before.size());
}

}  // namespace lark_batch::notify::test
