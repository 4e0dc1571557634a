#include "tools/lark-healthcheck/history/memory_text.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "lib/errors/error.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

namespace dom = simdjson::dom;
using Text = std::string_view;

constexpr long long k_version = 1;
// PostgreSQL's jsonb takes no NUL, a person reads no more than this.
constexpr std::size_t k_longest_message = 500;

long long milliseconds(clock::WallTime time) {
    return time.time_since_epoch().count();
}

// A damaged file may hold a time that no database takes.
clock::WallTime moment(long long milliseconds) {
    return clock::WallTime{clock::Duration{std::max(0LL, milliseconds)}};
}

void write_value(text::JsonWriter& json, const Measurement& one) {
    json.begin_object().field("label", one.label).field("value", one.value);
    json.field("unit", one.unit).field("exported", one.exported);
    json.field("warn", one.limits.warn.written());
    json.field("crit", one.limits.crit.written());
    if (one.least) {
        json.field("least", *one.least);
    }
    if (one.most) {
        json.field("most", *one.most);
    }
    json.end_object();
}

void write_measured(text::JsonWriter& json, const Remembered& known) {
    json.key("measured").begin_object().field("against", known.against);
    if (!known.skipped_for.empty()) {
        json.field("skipped_for", known.skipped_for);
        json.field("skipped_at", milliseconds(known.skipped_at));
    }
    if (known.certificate_expiry) {
        json.field("certificate_expiry", *known.certificate_expiry);
    }
    json.key("values").begin_array();
    for (const Measurement& one : known.measurements) {
        if (std::isfinite(one.value)) {
            write_value(json, one);
        }
    }
    json.end_array().end_object();
}

Text state_text(const Remembered& known, State state) {
    return known.state ? name_of(state) : Text{"skipped"};
}

void write_check(text::JsonWriter& json, const std::string& name,
                 const Remembered& known) {
    const State state = known.state.value_or(State::unknown);
    json.begin_object().field("name", name);
    json.field("state", state_text(known, state));
    json.field("since", milliseconds(known.since));
    json.field("found", state_text(known, known.found));
    json.field("consecutive", known.consecutive);
    json.field("checked_at", milliseconds(known.checked_at));
    json.field("latency", known.seconds);
    json.field("message", text::excerpt(known.message, k_longest_message));
    write_measured(json, known);
    json.end_object();
}

// simdjson's answers without an exception: what is missing is the default.
std::string text_in(const dom::element& object, Text key) {
    Text value;
    return object[key].get(value) == simdjson::SUCCESS ? std::string{value}
                                                       : std::string{};
}

long long integer_in(const dom::element& object, Text key) {
    std::int64_t value = 0;
    return object[key].get(value) == simdjson::SUCCESS ? value : 0;
}

std::optional<double> number_in(const dom::element& object, Text key) {
    double value = 0;
    return object[key].get(value) == simdjson::SUCCESS
               ? std::optional<double>{value}
               : std::nullopt;
}

bool flag_in(const dom::element& object, Text key) {
    bool value = false;
    return object[key].get(value) == simdjson::SUCCESS && value;
}

Measurement measurement_of(const dom::element& object) {
    Measurement one;
    one.label = text_in(object, "label");
    one.value = number_in(object, "value").value_or(0);
    one.unit = text_in(object, "unit");
    one.exported = flag_in(object, "exported");
    one.limits = ThresholdText{text_in(object, "warn"), text_in(object, "crit")}
                     .parsed();
    one.least = number_in(object, "least");
    one.most = number_in(object, "most");
    return one;
}

void read_measured(const dom::element& object, Remembered& known) {
    known.against = integer_in(object, "against");
    known.skipped_for = text_in(object, "skipped_for");
    known.skipped_at = moment(integer_in(object, "skipped_at"));
    known.certificate_expiry = number_in(object, "certificate_expiry");
    dom::array values;
    if (object["values"].get(values) == simdjson::SUCCESS) {
        for (const dom::element value : values) {
            known.measurements.push_back(measurement_of(value));
        }
    }
}

Remembered remembered_of(const dom::element& object) {
    Remembered known;
    known.state = state_of(text_in(object, "state"));
    known.since = moment(integer_in(object, "since"));
    known.found = state_of(text_in(object, "found")).value_or(State::unknown);
    known.consecutive = std::max(1LL, integer_in(object, "consecutive"));
    known.checked_at = moment(integer_in(object, "checked_at"));
    known.seconds = number_in(object, "latency").value_or(0);
    known.message = text_in(object, "message");
    dom::element measured;
    if (object["measured"].get(measured) == simdjson::SUCCESS) {
        read_measured(measured, known);
    }
    return known;
}

}  // namespace

std::string to_json(const Memory& memory,
                    const std::vector<std::string>& names) {
    text::JsonWriter json;
    json.begin_object().field("version", k_version);
    json.key("checks").begin_array();
    for (const std::string& name : names) {
        const auto known = memory.find(name);
        if (known != memory.end()) {
            write_check(json, name, known->second);
        }
    }
    return json.end_array().end_object().str();
}

Memory parse_memory(std::string_view json) {
    dom::parser parser;
    dom::element document;
    dom::array checks;
    const bool readable =
        parser.parse(simdjson::padded_string{json}).get(document) ==
            simdjson::SUCCESS &&
        integer_in(document, "version") == k_version &&
        document["checks"].get(checks) == simdjson::SUCCESS;
    if (!readable) {
        throw errors::Error{errors::Kind::failed,
                            "what earlier runs found cannot be read"};
    }
    Memory memory;
    for (const dom::element object : checks) {
        std::string name = text_in(object, "name");
        if (!name.empty()) {
            memory.emplace(std::move(name), remembered_of(object));
        }
    }
    return memory;
}

}  // namespace lark_batch::healthcheck
