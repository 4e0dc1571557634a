// What a probe found: a state, a message and what it measured.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/lark-healthcheck/threshold.hpp"

namespace lark_batch::healthcheck {

// With the exit codes of monitoring plugins.
enum class State { ok = 0, warning = 1, critical = 2, unknown = 3 };

// "OK", "WARNING", "CRITICAL", "UNKNOWN"
std::string_view word_of(State state);
// The same in lower case, as it is stored.
std::string_view name_of(State state);
std::optional<State> state_of(std::string_view name);

// OK < WARNING < UNKNOWN < CRITICAL: what is surely broken comes first.
State worse(State one, State other);

struct Measurement {
    std::string label;  // "time"; free of '=' and quotes
    double value = 0;
    std::string unit;  // of performance data: "s", "B", "%", "c" or empty
    Threshold limits{};
    std::optional<double> least{};
    std::optional<double> most{};
    // Whether it becomes a series of lark_healthcheck_value where it has a
    // limit. Not for labels that come from data, such as the names of groups:
    // there is no end of them.
    bool exported = true;
};

class Finding {
public:
    State state = State::ok;
    std::vector<Measurement> measurements;
    // Of the certificate that ends first, in seconds since 1970.
    std::optional<double> certificate_expiry;

    // Adds to the message. The worst state wins; its messages come first.
    // The text is one lower-case phrase, free of secrets and personal data.
    Finding& note(State noted, std::string text);
    Finding& ok(std::string text) { return note(State::ok, std::move(text)); }
    Finding& fail(std::string text) {
        return note(State::critical, std::move(text));
    }

    // Adds a measurement, and a note when it is beyond its limits. `told`
    // is the value in words, "93 % of connections"; built from the label
    // and the value when it is empty.
    Finding& measure(Measurement measured, const std::string& told = {});

    // Adds one that others were judged for: the longest of several queues.
    Finding& add(Measurement measured);

    // One line: the notes of the worst state first.
    std::string message() const;

private:
    struct Note {
        State state;
        std::string text;
    };
    std::vector<Note> m_notes;
};

}  // namespace lark_batch::healthcheck
