#include "lib/notify/render.hpp"

#include "lib/notify/escape.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::notify {

namespace {

using text::JsonWriter;

constexpr int k_object_version = 1;

const char* card_colour(const Digest& digest) {
    if (!digest.severity) {
        return "green";
    }
    switch (*digest.severity) {
        case Severity::critical:
            return "red";
        case Severity::urgent:
            return "orange";
        default:
            return "blue";
    }
}

const char* html_colour(const Digest& digest) {
    if (!digest.severity) {
        return "#2e7d32";
    }
    switch (*digest.severity) {
        case Severity::critical:
            return "#c62828";
        case Severity::urgent:
            return "#e65100";
        default:
            return "#1565c0";
    }
}

std::string severity_name(const Digest& digest) {
    return digest.severity ? std::string{name_of(*digest.severity)}
                           : "recovered";
}

std::string card_lines(const Digest& digest) {
    std::string lines;
    for (const auto& line : digest.lines) {
        lines += (lines.empty() ? "- " : "\n- ") + escape_markdown(line.text);
        for (const Link& link : line.links) {
            lines += " [" + escape_markdown(link.label) + "](" + link.url + ")";
        }
    }
    return lines;
}

std::string html_links(const DigestLine& line) {
    std::string html;
    for (const Link& link : line.links) {
        html += " <a href=\"" + escape_html(link.url) + "\">" +
                escape_html(link.label) + "</a>";
    }
    return html;
}

void add_markdown(JsonWriter& json, const std::string& content) {
    if (!content.empty()) {
        json.begin_object().field("tag", "markdown").field("content", content);
        json.end_object();
    }
}

void add_counts(JsonWriter& json, const Digest& digest) {
    json.key("counts").begin_array();
    for (const auto& each : digest.counts) {
        json.begin_object().field("label", each.label);
        json.field("severity", name_of(static_cast<Severity>(each.level)));
        json.field("kind", name_of(each.kind));
        json.field("count", each.count).end_object();
    }
    json.end_array();
}

void add_links(JsonWriter& json, const std::vector<Link>& links) {
    json.key("links").begin_array();
    for (const Link& link : links) {
        json.begin_object().field("label", link.label);
        json.field("url", link.url).end_object();
    }
    json.end_array();
}

void add_entry(JsonWriter& json, const DigestLine& line) {
    const Entry& entry = line.entry;
    json.begin_object().field("topic", entry.topic);
    json.field("kind", name_of(entry.kind));
    json.field("severity", name_of(static_cast<Severity>(entry.level)));
    json.key("previous_severity");
    if (entry.previous == 0) {
        json.null();
    } else {
        json.value(name_of(static_cast<Severity>(entry.previous)));
    }
    json.field("app", entry.app).field("label", entry.label);
    json.field("person", entry.person).field("text", line.text);
    json.key("facts").raw(entry.facts_json);
    if (!line.links.empty()) {
        add_links(json, line.links);
    }
    json.end_object();
}

}  // namespace

std::string card_json(const Digest& digest) {
    JsonWriter json;
    json.begin_object().field("schema", "2.0");
    json.key("config").begin_object().field("update_multi", true).end_object();
    json.key("header").begin_object();
    json.key("title").begin_object().field("tag", "plain_text");
    json.field("content", digest.title()).end_object();
    json.field("template", card_colour(digest)).end_object();
    json.key("body").begin_object().key("elements").begin_array();
    add_markdown(json, "**" + escape_markdown(digest.summary) + "**");
    add_markdown(json, card_lines(digest));
    add_markdown(json, escape_markdown(digest.more_line));
    json.end_array().end_object();
    return json.end_object().str();
}

std::string plain_text(const Digest& digest) {
    std::string text = digest.title() + "\n" + digest.summary + "\n\n";
    for (const auto& line : digest.lines) {
        text += "- " + line.text + "\n";
        for (const Link& link : line.links) {
            text += "  " + link.label + ": " + link.url + "\n";
        }
    }
    if (!digest.more_line.empty()) {
        text += digest.more_line + "\n";
    }
    return text;
}

std::string html_text(const Digest& digest) {
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"" +
        std::string{name_of(digest.language)} +
        "\"><body style=\"font-family:sans-serif\">\n<h2 style=\"color:" +
        html_colour(digest) + "\">" + escape_html(digest.title()) +
        "</h2>\n<p><b>" + escape_html(digest.summary) + "</b></p>\n<ul>\n";
    for (const auto& line : digest.lines) {
        html += "<li>" + escape_html(line.text) + html_links(line) + "</li>\n";
    }
    html += "</ul>\n";
    if (!digest.more_line.empty()) {
        html += "<p>" + escape_html(digest.more_line) + "</p>\n";
    }
    return html + "</body></html>\n";
}

std::string object_json(const Digest& digest, const std::string& sent_at) {
    JsonWriter json;
    json.begin_object().field("schema_version", k_object_version);
    json.field("id", digest.id()).field("sent_at", sent_at);
    json.field("source", digest.source).field("channel", digest.channel);
    json.field("app", digest.app).field("severity", severity_name(digest));
    json.field("language", name_of(digest.language));
    json.field("heading", digest.title()).field("summary", digest.summary);
    add_counts(json, digest);
    json.key("entries").begin_array();
    for (const auto& line : digest.lines) {
        add_entry(json, line);
    }
    json.end_array().field("more", digest.more);
    return json.end_object().str();
}

}  // namespace lark_batch::notify
