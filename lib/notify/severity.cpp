#include "lib/notify/severity.hpp"

namespace lark_batch::notify {

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::critical:
            return "critical";
        case Severity::urgent:
            return "urgent";
        default:
            return "reminder";
    }
}

std::string_view name_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::repeated:
            return "repeated";
        case EntryKind::escalated:
            return "escalated";
        case EntryKind::recovered:
            return "recovered";
        default:
            return "new";
    }
}

std::string_view name_of(Language language) {
    return language == Language::zh ? "zh" : "en";
}

std::string_view word_of(Severity severity, Language language) {
    const bool chinese = language == Language::zh;
    switch (severity) {
        case Severity::critical:
            return chinese ? "严重" : "critical";
        case Severity::urgent:
            return chinese ? "紧急" : "urgent";
        default:
            return chinese ? "提醒" : "reminder";
    }
}

Language language_of(std::string_view name) {
    return name == "zh" ? Language::zh : Language::en;
}

}  // namespace lark_batch::notify
