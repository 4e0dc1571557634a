#include "lib/notify/digest.hpp"

#include <algorithm>
#include <array>

#include "lib/notify/escape.hpp"
#include "lib/notify/personal.hpp"
#include "lib/text/digest.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::notify {

namespace {

constexpr std::size_t k_longest_line = 500;
// The number of parts is not known while they are cut.
constexpr int k_many_parts = 9999;

// On one line, without control characters, with nothing that is personal.
std::string clean(std::string_view text) {
    return text::excerpt(without_personal_data(text), k_longest_line);
}

Severity severity_of(int level) {
    return static_cast<Severity>(level);
}

std::string level_word(int level, Language language) {
    return level == 0 ? std::string{}
                      : std::string{word_of(severity_of(level), language)};
}

long long total_of(const std::vector<db::NoticeCount>& counts) {
    long long total = 0;
    for (const auto& each : counts) {
        total += each.count;
    }
    return total;
}

std::optional<Severity> worst_of(const std::vector<db::NoticeCount>& counts) {
    int worst = 0;
    for (const auto& each : counts) {
        if (each.kind != EntryKind::recovered) {
            worst = std::max(worst, each.level);
        }
    }
    return worst == 0 ? std::nullopt : std::optional{severity_of(worst)};
}

// Counts by severity, the worst first, and what is over.
std::string summary_of(const std::vector<db::NoticeCount>& counts,
                       Language language) {
    std::array<long long, 4> sums{};  // 0: what is over
    for (const auto& each : counts) {
        const bool over = each.kind == EntryKind::recovered;
        sums.at(over ? 0 : static_cast<std::size_t>(each.level)) += each.count;
    }
    const bool chinese = language == Language::zh;
    std::vector<std::string> parts;
    for (const std::size_t level : {3U, 2U, 1U, 0U}) {
        if (sums.at(level) > 0) {
            const std::string word =
                level > 0 ? level_word(static_cast<int>(level), language)
                          : std::string{chinese ? "已恢复" : "over"};
            parts.push_back(chinese
                                ? word + " " + std::to_string(sums.at(level))
                                : std::to_string(sums.at(level)) + " " + word);
        }
    }
    return text::join(parts, chinese ? "，" : ", ");
}

TextName form_of(EntryKind kind) {
    switch (kind) {
        case EntryKind::escalated:
            return TextName::escalated;
        case EntryKind::recovered:
            return TextName::recovered;
        default:
            return TextName::entry;
    }
}

std::string line_of(const Source& source, const Templates& templates,
                    const Entry& entry, Language language) {
    Values values{{"text", source.word(entry, language)},
                  {"app", entry.app},
                  {"label", entry.label},
                  {"person", entry.person},
                  {"severity", level_word(entry.level, language)},
                  {"previous", level_word(entry.previous, language)},
                  {"kind", std::string{name_of(entry.kind)}},
                  {"source", source.name},
                  {"topic", entry.topic}};
    for (const auto& [name, value] : entry.facts) {
        values["facts." + name] = value;
    }
    return clean(templates.get(form_of(entry.kind), language).fill(values));
}

std::vector<Link> links_of(const Source& source, const Entry& entry,
                           Language language) {
    std::vector<Link> links;
    if (!source.links) {
        return links;
    }
    for (Link& link : source.links(entry, language)) {
        link.url = safe_url(link.url);
        if (!link.url.empty() && without_personal_data(link.url) == link.url) {
            links.push_back(std::move(link));
        }
    }
    return links;
}

std::string heading_of(const Source& source, const Templates& templates,
                       const Digest& digest, long long total) {
    const bool chinese = digest.language == Language::zh;
    const std::string worst =
        digest.severity
            ? std::string{word_of(*digest.severity, digest.language)}
            : std::string{chinese ? "已恢复" : "over"};
    return clean(
        templates.get(TextName::heading, digest.language)
            .fill({{"heading", chinese ? source.heading_zh : source.heading_en},
                   {"app", digest.app},
                   {"of_app", digest.app.empty() ? "" : " · " + digest.app},
                   {"severity", worst},
                   {"source", source.name},
                   {"count", std::to_string(total)}}));
}

// Everything of the whole but its lines and what it says about the rest.
Digest empty_part(const Digest& whole, int part) {
    Digest digest = whole;
    digest.lines.clear();
    digest.more = 0;
    digest.more_line.clear();
    digest.part = part;
    digest.parts = k_many_parts;
    return digest;
}

void finish_parts(std::vector<Digest>& parts, const Digest& whole) {
    for (auto& part : parts) {
        part.parts = static_cast<int>(parts.size());
    }
    parts.back().more = whole.more;
    parts.back().more_line = whole.more_line;
}

}  // namespace

std::string Digest::title() const {
    return parts == 1
               ? heading
               : heading + part_form.fill({{"part", std::to_string(part)},
                                           {"parts", std::to_string(parts)}});
}

std::string Digest::id() const {
    std::string all;
    const auto add = [&all](std::string_view field) {
        all.append(std::to_string(field.size())).append(":").append(field);
    };
    add(source);
    add(channel);
    add(app);
    add(person);
    add(std::to_string(part));
    for (const auto& line : lines) {
        add(line.entry.topic);
        add(std::to_string(line.entry.level));
        add(name_of(line.entry.kind));
        add(line.entry.told);
    }
    return "lb-" + text::hex(text::sha256(all)).substr(0, 40);
}

Digest make_digest(const Source& source, const Templates& templates,
                   const Audience& audience, const db::NoticeGroup& group,
                   std::vector<Entry> entries) {
    const long long total = total_of(group.counts);
    Digest digest;
    digest.source = source.name;
    digest.channel = audience.channel;
    digest.app = group.app;
    digest.person = group.person;
    digest.language = audience.language;
    digest.severity = worst_of(group.counts);
    digest.heading = heading_of(source, templates, digest, total);
    digest.summary = summary_of(group.counts, digest.language);
    digest.counts = group.counts;
    digest.more = total - static_cast<long long>(entries.size());
    digest.part_form = templates.get(TextName::part, digest.language);
    if (digest.more > 0) {
        digest.more_line =
            clean(templates.get(TextName::more, digest.language)
                      .fill({{"more", std::to_string(digest.more)},
                             {"count", std::to_string(total)},
                             {"app", digest.app},
                             {"source", source.name}}));
    }
    for (auto& entry : entries) {
        auto text = line_of(source, templates, entry, digest.language);
        auto links = links_of(source, entry, digest.language);
        digest.lines.push_back(
            {std::move(text), std::move(entry), std::move(links)});
    }
    return digest;
}

std::vector<Digest> split(const Digest& whole, const Measure& measure) {
    if (measure.fits(whole)) {
        return {whole};
    }
    // Any part may turn out to be the last one.
    Digest probe = empty_part(whole, k_many_parts);
    probe.more = whole.more;
    probe.more_line = whole.more_line;
    std::vector<Digest> parts{empty_part(whole, 1)};
    std::size_t size = 0;
    for (const auto& line : whole.lines) {
        probe.lines = {line};
        const std::size_t alone = measure.size_of(probe);
        probe.lines.push_back(line);
        const std::size_t added = measure.size_of(probe) - alone;
        if (!parts.back().lines.empty() && size + added > measure.most) {
            parts.push_back(
                empty_part(whole, static_cast<int>(parts.size()) + 1));
        }
        size = parts.back().lines.empty() ? alone : size + added;
        parts.back().lines.push_back(line);
    }
    finish_parts(parts, whole);
    return parts;
}

}  // namespace lark_batch::notify
