// How bad a condition is, and in which language people are told.
#pragma once

#include <string>
#include <string_view>

#include "lib/db/notices.hpp"

namespace lark_batch::notify {

// The numbers are those of lark_batch.notices.level.
enum class Severity { reminder = 1, urgent = 2, critical = 3 };

enum class Language { en, zh };

using EntryKind = db::NoticeKind;

// "reminder", "urgent", "critical": in configuration, JSON and metrics.
std::string_view name_of(Severity severity);
// "new", "repeated", "escalated", "recovered".
std::string_view name_of(EntryKind kind);
std::string_view name_of(Language language);

// The word for people.
std::string_view word_of(Severity severity, Language language);

// Of "zh" or anything else.
Language language_of(std::string_view name);

}  // namespace lark_batch::notify
