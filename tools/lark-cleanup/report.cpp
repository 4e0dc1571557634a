#include "tools/lark-cleanup/report.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "lib/text/json_writer.hpp"
#include "lib/text/table.hpp"

namespace lark_batch::cleanup {

namespace {

void write_class(text::JsonWriter& json, const ClassReport& one) {
    json.begin_object().field("name", one.name).field("ran", one.ran);
    json.field("eligible", one.eligible).field("deleted", one.deleted);
    json.field("backlog", one.backlog).field("held", one.held);
    json.key("oldest");
    one.oldest.empty() ? json.null() : json.value(one.oldest);
    json.field("bytes", static_cast<std::int64_t>(std::llround(one.bytes)));
    json.field("seconds", one.seconds).field("idle_runs", one.idle_runs);
    json.field("note", one.note).key("error");
    if (one.error) {
        json.begin_object().field("message", one.error->what());
        json.field("hint", one.error->hint()).end_object();
    } else {
        json.null();
    }
    json.end_object();
}

// "1.4 GiB": for reading, not exact.
std::string readable(double bytes) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return unit == 0 ? fmt::format("{:.0f} {}", bytes, units[unit])
                     : fmt::format("{:.1f} {}", bytes, units[unit]);
}

void write_names(text::JsonWriter& json, const char* key,
                 const std::vector<std::string>& names) {
    json.key(key).begin_array();
    for (const std::string& name : names) {
        json.value(name);
    }
    json.end_array();
}

}  // namespace

std::string classes_json(const std::vector<ClassReport>& classes) {
    text::JsonWriter json;
    json.begin_array();
    for (const ClassReport& one : classes) {
        write_class(json, one);
    }
    return json.end_array().str();
}

std::string vacuums_json(const Vacuums& vacuums) {
    text::JsonWriter json;
    json.begin_object();
    write_names(json, "done", vacuums.done);
    write_names(json, "left_to_server", vacuums.left);
    return json.end_object().str();
}

std::string classes_table(const std::vector<ClassReport>& classes,
                          bool dry_run) {
    text::Table table;
    table.column("class");
    for (const char* heading : {"eligible", "deleted", "left", "held"}) {
        table.column(heading, text::Align::right);
    }
    table.column("oldest").column("about", text::Align::right);
    std::string footer;
    for (const ClassReport& one : classes) {
        if (!one.ran && !one.error) {
            footer += fmt::format("{}: {}\n", one.name, one.note);
            continue;
        }
        table.row({one.name, std::to_string(one.eligible),
                   std::to_string(one.deleted), std::to_string(one.backlog),
                   std::to_string(one.held),
                   one.oldest.empty() ? "-" : one.oldest, readable(one.bytes)});
        if (!one.note.empty()) {
            footer += fmt::format("{}: {}\n", one.name, one.note);
        }
        if (one.error) {
            footer +=
                fmt::format("{}: error: {}\n", one.name, one.error->what());
        }
    }
    return (dry_run ? "Plan only, nothing was deleted.\n" : "") + table.str() +
           footer;
}

std::string summary_of(const std::vector<ClassReport>& classes) {
    std::int64_t deleted = 0;
    std::int64_t backlog = 0;
    for (const ClassReport& one : classes) {
        deleted += one.deleted;
        backlog += one.backlog;
    }
    return backlog == 0 ? fmt::format("{} deleted", deleted)
                        : fmt::format("{} deleted, {} left", deleted, backlog);
}

}  // namespace lark_batch::cleanup
