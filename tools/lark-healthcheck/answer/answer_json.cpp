#include "tools/lark-healthcheck/answer/answer_json.hpp"

#include "lib/text/json_writer.hpp"

namespace lark_batch::healthcheck {

namespace {

using text::JsonWriter;

void write_optional(JsonWriter& json, const char* name,
                    const std::optional<double>& number) {
    json.key(name);
    if (number) {
        json.value(*number);
    } else {
        json.null();
    }
}

void write_limits(JsonWriter& json, const char* name, const Range& range) {
    json.key(name);
    if (range.empty()) {
        json.null();
    } else {
        json.value(range.str());
    }
}

void write_measurements(JsonWriter& json, const Outcome& outcome) {
    json.key("measurements").begin_array();
    for (const Measurement& one : outcome.measurements) {
        json.begin_object().field("label", one.label);
        json.field("value", one.value).field("unit", one.unit);
        write_limits(json, "warn", one.limits.warn);
        write_limits(json, "crit", one.limits.crit);
        write_optional(json, "min", one.least);
        write_optional(json, "max", one.most);
        json.end_object();
    }
    json.end_array();
}

void write_belonging(JsonWriter& json, const Check& check) {
    json.key("labels").begin_object();
    for (const std::string& label : check.labels) {
        const auto equals = label.find('=');
        json.field(label.substr(0, equals), label.substr(equals + 1));
    }
    json.end_object().key("groups").begin_array();
    for (const std::string& group : check.groups) {
        json.value(group);
    }
    json.end_array();
}

void write_states(JsonWriter& json, const Outcome& outcome) {
    json.field("state", outcome.skipped() ? std::string_view{"skipped"}
                                          : name_of(*outcome.state));
    json.field("found", name_of(outcome.found));
    json.field("finished", outcome.finished).key("since");
    if (outcome.since) {
        json.value(clock::format_utc(*outcome.since));
    } else {
        json.null();
    }
    json.field("consecutive", outcome.consecutive).key("changed_from");
    if (outcome.changed_from) {
        json.value(name_of(*outcome.changed_from));
    } else {
        json.null();
    }
}

void write_outcome(JsonWriter& json, const Outcome& outcome) {
    json.begin_object().field("name", outcome.check->name);
    json.field("kind", outcome.check->kind);
    write_states(json, outcome);
    json.field("checked_at", clock::format_utc(outcome.checked_at));
    json.field("carried", outcome.carried);
    json.field("seconds", outcome.seconds);
    json.field("attempts", outcome.attempts);
    json.field("message", outcome.message);
    json.field("skipped_for", outcome.skipped_for);
    write_measurements(json, outcome);
    write_optional(json, "certificate_expiry", outcome.certificate_expiry);
    write_belonging(json, *outcome.check);
    json.end_object();
}

}  // namespace

std::string checks_json(const std::vector<Outcome>& outcomes) {
    JsonWriter json;
    json.begin_array();
    for (const Outcome& outcome : outcomes) {
        write_outcome(json, outcome);
    }
    return json.end_array().str();
}

std::string summary_json(const Summary& summary) {
    JsonWriter json;
    json.begin_object().field("state", name_of(summary.worst()));
    json.field("ok", summary.ok).field("warning", summary.warning);
    json.field("critical", summary.critical).field("unknown", summary.unknown);
    json.field("skipped", summary.skipped);
    json.field("unfinished", summary.unfinished);
    json.field("cut_short", summary.cut_short);
    return json.end_object().str();
}

}  // namespace lark_batch::healthcheck
