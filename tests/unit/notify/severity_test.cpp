#include "lib/notify/severity.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace lark_batch::notify;

TEST_CASE("severity: names for programs, words for people") {
    CHECK(name_of(Severity::reminder) == "reminder");
    CHECK(name_of(Severity::urgent) == "urgent");
    CHECK(name_of(Severity::critical) == "critical");
    CHECK(name_of(EntryKind::fresh) == "new");
    CHECK(name_of(EntryKind::recovered) == "recovered");
    CHECK(word_of(Severity::critical, Language::en) == "critical");
    CHECK(word_of(Severity::critical, Language::zh) == "严重");
    CHECK(word_of(Severity::reminder, Language::zh) == "提醒");
}

TEST_CASE("severity: a language is known by its name") {
    CHECK(language_of("zh") == Language::zh);
    CHECK(language_of("en") == Language::en);
    CHECK(name_of(Language::zh) == "zh");
}
