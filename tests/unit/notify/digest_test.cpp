#include "lib/notify/digest.hpp"

#include <set>

#include "tests/unit/notify/samples.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;

namespace {

std::vector<Entry> many(int count) {
    std::vector<Entry> entries;
    entries.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number) {
        entries.push_back(entry_of("topic " + std::to_string(number)));
    }
    return entries;
}

Measure measure_of(std::size_t most,
                   std::function<std::size_t(const Digest&)> size_of) {
    return {most, std::move(size_of)};
}

std::size_t text_size(const Digest& digest) {
    std::size_t size = digest.title().size() + digest.more_line.size();
    for (const auto& line : digest.lines) {
        size += line.text.size();
    }
    return size;
}

}  // namespace

TEST_CASE("digest: it is as bad as its worst entry that is not over") {
    const auto worst = digest_of({entry_of("a", 1), entry_of("b", 2),
                                  entry_of("c", 3, EntryKind::recovered)});
    CHECK(worst.severity == Severity::urgent);
    CHECK(worst.summary == "1 urgent, 1 reminder, 1 over");
    CHECK(worst.title() == "Tokens · hr");
    CHECK_FALSE(digest_of({entry_of("c", 3, EntryKind::recovered)}).severity);
}

TEST_CASE("digest: each kind of entry has its own line") {
    Entry escalated = entry_of("b", 3, EntryKind::escalated);
    escalated.previous = 1;
    const auto digest = digest_of(
        {entry_of("a"), escalated, entry_of("c", 2, EntryKind::recovered)});
    REQUIRE(digest.lines.size() == 3);
    CHECK(digest.lines[0].text == "[urgent] a");
    CHECK(digest.lines[1].text == "[critical, was reminder] b");
    CHECK(digest.lines[2].text == "[over] c");
}

TEST_CASE("digest: the same in Chinese") {
    const auto digest =
        digest_of({entry_of("a", 3), entry_of("b", 2, EntryKind::recovered)},
                  Language::zh, 4);
    CHECK(digest.title() == "令牌 · hr");
    CHECK(digest.lines[0].text == "【严重】a");
    CHECK(digest.lines[1].text == "【已恢复】b");
    CHECK(has(digest.summary, "已恢复"));
    CHECK(digest.more_line == "另有 4 条");
}

TEST_CASE("digest: a notice without an app names none") {
    db::NoticeGroup group = group_of({entry_of("a")});
    group.app = "";
    const auto digest = make_digest(source(), Templates{"", "x"},
                                    {"ops", Language::en}, group, {});
    CHECK(digest.title() == "Tokens");
}

TEST_CASE("digest: addresses, numbers and line ends do not get through") {
    const auto digest =
        digest_of({entry_of("zhang.san@example.com\n+86 139 1234 5678")});
    CHECK(digest.lines[0].text == "[urgent] z*** +86***");
}

TEST_CASE("digest: what is not listed is counted") {
    const auto digest = digest_of(many(3), Language::en, 7);
    CHECK(digest.more == 7);
    CHECK(digest.more_line == "and 7 more");
    CHECK(digest_of(many(3)).more_line.empty());
}

TEST_CASE("digest: what fits is not split") {
    const auto whole = digest_of(many(3));
    const auto parts =
        split(whole, measure_of(1, [](const Digest&) { return 1; }));
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].title() == "Tokens · hr");
}

TEST_CASE("digest: a long one is split, in order and without a loss") {
    const auto whole = digest_of(many(100), Language::en, 5);
    const Measure measure = measure_of(400, text_size);
    const auto parts = split(whole, measure);
    REQUIRE(parts.size() > 3);
    std::vector<std::string> topics;
    for (std::size_t at = 0; at < parts.size(); ++at) {
        CHECK(measure.fits(parts[at]));
        CHECK((at + 1 == parts.size() || text_size(parts[at]) > 350));
        CHECK(parts[at].title() == "Tokens · hr (" + std::to_string(at + 1) +
                                       "/" + std::to_string(parts.size()) +
                                       ")");
        CHECK(parts[at].more_line.empty() == (at + 1 < parts.size()));
        for (const auto& line : parts[at].lines) {
            topics.push_back(line.entry.topic);
        }
    }
    REQUIRE(topics.size() == 100);
    CHECK(topics.front() == "topic 0");
    CHECK(topics.back() == "topic 99");
}

TEST_CASE("digest: a line that fits nowhere still has a part of its own") {
    const auto parts = split(digest_of(many(3)),
                             measure_of(0, [](const Digest&) { return 1; }));
    CHECK(parts.size() == 3);
}

TEST_CASE("digest: to split it, no line is rendered again and again") {
    const auto whole = digest_of(many(1000));
    std::size_t lines = 0;
    const auto count = [&lines](const Digest& part) {
        lines += part.lines.size();
        return text_size(part);
    };
    CHECK(split(whole, measure_of(5000, count)).size() > 2);
    CHECK(lines <= 4 * whole.lines.size());
}

TEST_CASE("digest: the id is that of the same news for the same channel") {
    const auto one = digest_of({entry_of("a")});
    CHECK(one.id() == digest_of({entry_of("a")}).id());
    CHECK(one.id().size() == 43);
    std::set<std::string> ids{one.id()};
    Entry told = entry_of("a");
    told.told = "1767225600.5";
    ids.insert(digest_of({told}).id());
    ids.insert(digest_of({entry_of("a", 3)}).id());
    ids.insert(digest_of({entry_of("b")}).id());
    auto other = one;
    other.channel = "boss";
    ids.insert(other.id());
    other = one;
    other.app = "it";
    ids.insert(other.id());
    CHECK(ids.size() == 6);
}

TEST_CASE("digest: the id does not follow the wording") {
    auto later = digest_of({entry_of("a")});
    later.lines[0].text = "an hour later";
    CHECK(later.id() == digest_of({entry_of("a")}).id());
}
