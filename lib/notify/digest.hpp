// What a channel is told in one go about one app (or about one app and
// person): a heading, a line an entry, and how many more there are. Plain
// text and data; lib/notify/render.hpp gives it a channel's form.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lib/db/notices.hpp"
#include "lib/notify/severity.hpp"
#include "lib/notify/templates.hpp"

namespace lark_batch::notify {

using Entry = db::Notice;

// Where more is to be seen of an entry.
struct Link {
    std::string label;
    std::string url;
};

// Whose notices they are.
struct Source {
    std::string name;  // "check_tokens"; never changes
    std::string heading_en;
    std::string heading_zh;
    // One line about one entry, plain text without an end of line. Of an
    // entry that has recovered only topic, app, label, person and the level
    // told before are known.
    std::function<std::string(const Entry&, Language)> word;
    // May be empty. What is no web address, too long or personal is left out.
    std::function<std::vector<Link>(const Entry&, Language)> links{};
};

struct DigestLine {
    std::string text;
    Entry entry;
    std::vector<Link> links{};  // safe in every form
};

struct Digest {
    std::string source;
    std::string channel;
    std::string app;     // may be empty
    std::string person;  // whom it goes to; empty: the channel's receiver
    Language language = Language::en;
    std::optional<Severity> severity;  // the worst; none: all is over
    std::string heading;
    std::string summary;  // "2 critical, 1 over"
    std::vector<DigestLine> lines;
    std::vector<db::NoticeCount> counts;
    long long more = 0;  // entries without a line
    std::string more_line;
    Template part_form;
    int part = 1;
    int parts = 1;

    // The heading, with "(1/3)" where there are several parts.
    std::string title() const;

    // At most 50 characters; the same for a part that is sent again because
    // nobody knows whether it arrived, another one as soon as one of its
    // entries was recorded as told.
    std::string id() const;
};

// Where a digest goes, as far as its text depends on it.
struct Audience {
    std::string channel;
    Language language = Language::en;
};

// `entries` are the first of the group; its counts say how many there are.
// Personal data that the wording let through is cut short.
Digest make_digest(const Source& source, const Templates& templates,
                   const Audience& audience, const db::NoticeGroup& group,
                   std::vector<Entry> entries);

// How much a channel takes as one message, and how large a digest is in its
// form. The size of a digest grows with each line by as much as that line
// alone says.
struct Measure {
    std::size_t most = 0;
    std::function<std::size_t(const Digest&)> size_of;

    bool fits(const Digest& digest) const { return size_of(digest) <= most; }
};

// The digest in as many parts as the channel asks for, each with at least one
// line; the last one says how many more there are.
std::vector<Digest> split(const Digest& whole, const Measure& measure);

}  // namespace lark_batch::notify
