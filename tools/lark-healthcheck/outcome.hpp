// What a run says about each check, after thresholds, dependencies and what
// earlier runs found.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/clock/clock.hpp"
#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/finding.hpp"

namespace lark_batch::healthcheck {

struct Outcome {
    const Check* check = nullptr;
    // Its present state; what its failure_threshold and recovery_threshold
    // hold back is not in it yet. Nothing: skipped, see skipped_for.
    std::optional<State> state;
    std::string skipped_for;  // the check that it depends on and that is down
    // What this run found by itself. Unknown while it has not finished.
    State found = State::unknown;
    bool finished = true;  // false: the run ended before it
    // Its last result counts, because `every` is not over.
    bool carried = false;
    std::string message;  // one line
    std::vector<Measurement> measurements;
    std::optional<double> certificate_expiry;
    double seconds = 0;  // of the last attempt
    int attempts = 0;
    clock::WallTime checked_at;
    // Of the present state, and for how many runs in a row `found` has been
    // what it is. Nothing when earlier runs are not known.
    std::optional<clock::WallTime> since;
    long long consecutive = 1;
    // The state before this run, when it was another one; nothing for a check
    // that is new.
    std::optional<State> changed_from;

    bool skipped() const { return !state.has_value(); }
};

// What is said of a check that is skipped for that one.
std::string needs(const std::string& check);

struct Summary {
    int ok = 0;
    int warning = 0;
    int critical = 0;
    int unknown = 0;
    int skipped = 0;
    int unfinished = 0;  // they count as unknown, too
    // Why the run ended early, "stopped by signal 15"; empty when every check
    // has finished.
    std::string cut_short;

    int all() const { return ok + warning + critical + unknown + skipped; }
    State worst() const;  // OK when there is nothing
    // "9 ok, 1 warning, 2 critical"
    std::string counts() const;
    // "stopped by signal 15: 3 of 12 checks did not finish", or empty
    std::string shortfall() const;
};

Summary summary_of(const std::vector<Outcome>& outcomes,
                   const std::string& cut_short);

// "OK", ..., "SKIPPED"
std::string_view word_of(const Outcome& outcome);

// What needs eyes comes first: CRITICAL, UNKNOWN, WARNING, skipped, OK; else
// in the given order. The pointers are into `outcomes`.
std::vector<const Outcome*> worst_first(const std::vector<Outcome>& outcomes);

}  // namespace lark_batch::healthcheck
