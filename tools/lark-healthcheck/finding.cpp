#include "tools/lark-healthcheck/finding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tools/lark-healthcheck/answer/wording.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::array<std::string_view, 4> k_words{"OK", "WARNING", "CRITICAL",
                                                  "UNKNOWN"};
constexpr std::array<std::string_view, 4> k_names{"ok", "warning", "critical",
                                                  "unknown"};

int rank(State state) {
    constexpr std::array k_ranks{0, 1, 3, 2};
    return k_ranks[static_cast<std::size_t>(state)];
}

State judged(const Measurement& measured) {
    if (measured.limits.crit.alerts(measured.value)) {
        return State::critical;
    }
    return measured.limits.warn.alerts(measured.value) ? State::warning
                                                       : State::ok;
}

}  // namespace

std::string_view word_of(State state) {
    return k_words[static_cast<std::size_t>(state)];
}

std::string_view name_of(State state) {
    return k_names[static_cast<std::size_t>(state)];
}

std::optional<State> state_of(std::string_view name) {
    const auto* const found = std::ranges::find(k_names, name);
    if (found == k_names.end()) {
        return std::nullopt;
    }
    return static_cast<State>(found - k_names.begin());
}

State worse(State one, State other) {
    return rank(one) < rank(other) ? other : one;
}

Finding& Finding::note(State noted, std::string text) {
    state = worse(state, noted);
    if (!text.empty()) {
        m_notes.push_back({noted, std::move(text)});
    }
    return *this;
}

Finding& Finding::measure(Measurement measured, const std::string& told) {
    const State judgement = judged(measured);
    if (judgement != State::ok) {
        const Range& broken = judgement == State::critical
                                  ? measured.limits.crit
                                  : measured.limits.warn;
        note(judgement,
             fmt::format("{} (limit {})",
                         told.empty() ? fmt::format("{} is {}", measured.label,
                                                    in_words(measured.value,
                                                             measured.unit))
                                      : told,
                         broken.written()));
    }
    return add(std::move(measured));
}

Finding& Finding::add(Measurement measured) {
    measurements.push_back(std::move(measured));
    return *this;
}

std::string Finding::message() const {
    auto notes = m_notes;
    std::ranges::stable_sort(notes, [](const Note& one, const Note& other) {
        return rank(one.state) > rank(other.state);
    });
    std::string text;
    for (const Note& note : notes) {
        text += (text.empty() ? "" : ", ") + note.text;
    }
    return text;
}

}  // namespace lark_batch::healthcheck
