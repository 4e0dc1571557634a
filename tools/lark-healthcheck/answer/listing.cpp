#include "tools/lark-healthcheck/answer/listing.hpp"

#include <fmt/format.h>

#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tools/lark-healthcheck/history/keeping.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_longest_cell = 60;

// 2026-11-22 02:15:40
std::string time_cell(const std::optional<clock::WallTime>& time) {
    if (!time) {
        return "-";
    }
    std::string text = clock::format_utc(*time).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string state_cell(const Outcome& outcome) {
    if (!outcome.check->enabled) {
        return "disabled";
    }
    if (!outcome.finished) {
        return "never run";
    }
    return std::string{outcome.skipped() ? "SKIPPED" : word_of(*outcome.state)};
}

std::string table_of(const std::vector<Outcome>& outcomes) {
    text::Table table;
    table.column("check").column("kind").column("groups").column("state");
    table.column("since (UTC)").column("last message");
    for (const Outcome& outcome : outcomes) {
        table.row({outcome.check->name, outcome.check->kind,
                   text::join(outcome.check->groups, ","), state_cell(outcome),
                   time_cell(outcome.since),
                   text::excerpt(outcome.message, k_longest_cell)});
    }
    return outcomes.empty() ? "no check is configured\n" : table.str();
}

void write_texts(text::JsonWriter& json, const char* name,
                 const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& one : texts) {
        json.value(one);
    }
    json.end_array();
}

void write_time(text::JsonWriter& json, const char* name,
                const std::optional<clock::WallTime>& time) {
    json.key(name);
    time ? json.value(clock::format_utc(*time)) : json.null();
}

void write_outcome(text::JsonWriter& json, const Outcome& outcome) {
    const bool known = outcome.finished;
    json.begin_object().field("name", outcome.check->name);
    json.field("kind", outcome.check->kind);
    write_texts(json, "groups", outcome.check->groups);
    json.field("enabled", outcome.check->enabled).key("state");
    if (!known) {
        json.null();
    } else {
        json.value(outcome.skipped() ? "skipped" : name_of(*outcome.state));
    }
    write_time(json, "since", outcome.since);
    write_time(json, "checked_at",
               known ? std::optional{outcome.checked_at} : std::nullopt);
    json.field("message", outcome.message).end_object();
}

std::string json_of(const std::vector<Outcome>& outcomes) {
    text::JsonWriter json;
    json.begin_array();
    for (const Outcome& outcome : outcomes) {
        write_outcome(json, outcome);
    }
    return json.end_array().str();
}

}  // namespace

run::Result list(run::Context& context, const Options& options) {
    const Memory memory = load_memory(context, Source::all);
    std::vector<Outcome> outcomes;
    for (const Check& check : options.checks) {
        outcomes.push_back(remembered_outcome(check, memory));
    }
    run::Result result;
    result.text = table_of(outcomes);
    result.details.emplace_back("checks", json_of(outcomes));
    return result;
}

}  // namespace lark_batch::healthcheck
