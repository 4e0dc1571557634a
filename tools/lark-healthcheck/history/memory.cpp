#include "tools/lark-healthcheck/history/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lark_batch::healthcheck {

namespace {

using Known = std::optional<Remembered>;

const Remembered* find(const Memory& memory, const std::string& name) {
    const auto found = memory.find(name);
    return found == memory.end() ? nullptr : &found->second;
}

bool is_worse(State one, State other) {
    return one != other && worse(one, other) == one;
}

// How many runs must agree before it becomes what was found.
long long threshold_of(const Check& check, State state, State found) {
    return is_worse(found, state) ? check.failure_threshold
                                  : check.recovery_threshold;
}

// Without a state of its own a check counts as OK, if it must fail twice.
State first_state(const Outcome& outcome) {
    return outcome.check->failure_threshold > 1 ? State::ok : outcome.found;
}

Remembered beginning(const Outcome& outcome) {
    Remembered fresh;
    fresh.state = first_state(outcome);
    fresh.since = outcome.checked_at;
    fresh.consecutive = 0;
    fresh.found = outcome.found;
    return fresh;
}

// Counts the runs that disagree with the state, and gives in to enough.
void count(Remembered& known, const Outcome& outcome) {
    const State state = *known.state;
    const State found = outcome.found;
    if (found == state) {
        known.against = 0;
        return;
    }
    const bool same_side =
        known.against > 0 && known.found != state &&
        is_worse(known.found, state) == is_worse(found, state);
    known.against = same_side ? known.against + 1 : 1;
    if (known.against >= threshold_of(*outcome.check, state, found)) {
        known.state = found;
        known.since = outcome.checked_at;
        known.against = 0;
    }
}

Remembered taken_in(const Known& before, const Outcome& outcome) {
    Remembered known = before && before->state ? *before : beginning(outcome);
    known.consecutive =
        known.found == outcome.found ? known.consecutive + 1 : 1;
    count(known, outcome);
    known.found = outcome.found;
    known.checked_at = outcome.checked_at;
    known.seconds = outcome.seconds;
    known.message = outcome.message;
    known.measurements = outcome.measurements;
    known.certificate_expiry = outcome.certificate_expiry;
    known.skipped_for.clear();
    return known;
}

Remembered skipped(const Known& before, const Outcome& outcome) {
    Remembered known = before.value_or(Remembered{});
    known.skipped_for = outcome.skipped_for;
    known.skipped_at = outcome.checked_at;
    if (!before) {
        known.since = outcome.checked_at;
    }
    return known;
}

// For people: what was found is not what it counts as, and why.
std::string held_back(const Remembered& known, const Check& check) {
    return fmt::format(" ({}, run {} of {} that it takes)",
                       word_of(known.found), known.against,
                       threshold_of(check, *known.state, known.found));
}

void say(Outcome& outcome, const Remembered& known, const Known& before) {
    if (outcome.skipped()) {
        return;
    }
    outcome.state = known.state;
    outcome.since = known.since;
    outcome.consecutive = known.consecutive;
    if (before && before->state && before->state != known.state) {
        outcome.changed_from = before->state;
    }
    if (known.against > 0) {
        outcome.message += held_back(known, *outcome.check);
    }
}

Outcome outcome_of(const Check& check, const Remembered& known) {
    Outcome outcome;
    outcome.check = &check;
    outcome.found = known.found;
    outcome.state = known.found;
    outcome.message = known.message;
    outcome.measurements = known.measurements;
    outcome.certificate_expiry = known.certificate_expiry;
    outcome.seconds = known.seconds;
    outcome.checked_at = known.checked_at;
    return outcome;
}

// It was not run, but that it is in the way of this run is new.
void date_skip(Outcome& outcome) {
    if (outcome.carried && outcome.skipped()) {
        outcome.carried = false;
        outcome.checked_at = clock::system_clock().now();
    }
}

}  // namespace

clock::WallTime Remembered::known_at() const {
    return skipped_for.empty() ? checked_at : std::max(checked_at, skipped_at);
}

Known advanced(const Known& before, const Outcome& outcome) {
    if (outcome.skipped()) {
        return skipped(before, outcome);
    }
    if (!outcome.finished) {
        return before;
    }
    if (!outcome.carried) {
        return taken_in(before, outcome);
    }
    Known same = before;
    if (same) {
        same->skipped_for.clear();
    }
    return same;
}

void settle(Memory& memory, std::vector<Outcome>& outcomes,
            Newcomers newcomers) {
    for (Outcome& outcome : outcomes) {
        date_skip(outcome);
        Known before;
        if (const Remembered* known = find(memory, outcome.check->name)) {
            before = *known;
        } else if (newcomers == Newcomers::left_out) {
            continue;
        }
        Known after = advanced(before, outcome);
        if (after) {
            if (outcome.finished) {
                say(outcome, *after, before);
            }
            memory[outcome.check->name] = std::move(*after);
        }
    }
}

bool is_due(const Check& check, const Memory& memory, clock::WallTime now) {
    constexpr text::Milliseconds k_most_slack{60'000};
    const Remembered* const known = find(memory, check.name);
    if (check.every.count() == 0 || known == nullptr || !known->state) {
        return true;
    }
    const auto age = now - known->checked_at;
    return age < age.zero() ||
           age >= check.every - std::min(k_most_slack, check.every / 20);
}

Outcome carried_outcome(const Check& check, const Memory& memory) {
    Outcome outcome = outcome_of(check, memory.at(check.name));
    outcome.carried = true;
    return outcome;
}

Outcome remembered_outcome(const Check& check, const Memory& memory) {
    const Remembered* const known = find(memory, check.name);
    if (known == nullptr) {
        Outcome nothing;
        nothing.check = &check;
        nothing.finished = false;
        nothing.state = State::unknown;
        return nothing;
    }
    Outcome outcome = outcome_of(check, *known);
    outcome.state = known->state;
    outcome.since = known->since;
    outcome.consecutive = known->consecutive;
    outcome.checked_at = known->known_at();
    if (!known->skipped_for.empty()) {
        outcome.state = std::nullopt;
        outcome.skipped_for = known->skipped_for;
        outcome.message = needs(known->skipped_for);
    }
    return outcome;
}

void merge(Memory& memory, Memory&& other) {
    for (auto& [name, known] : other) {
        const auto mine = memory.find(name);
        if (mine == memory.end()) {
            memory.emplace(name, std::move(known));
        } else if (known.known_at() > mine->second.known_at()) {
            mine->second = std::move(known);
        }
    }
}

void forget_the_future(Memory& memory, clock::WallTime now) {
    for (auto& [name, known] : memory) {
        known.checked_at = std::min(known.checked_at, now);
        known.skipped_at = std::min(known.skipped_at, now);
        known.since = std::min(known.since, now);
    }
}

}  // namespace lark_batch::healthcheck
