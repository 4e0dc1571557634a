// What earlier runs found, and when a check's state changes because of it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

// Of one check.
struct Remembered {
    // After its thresholds. Nothing: it was never anything but skipped.
    std::optional<State> state;
    clock::WallTime since;  // of that state
    // What the last run that was no skip found, when, and for how many of
    // them in a row.
    State found = State::unknown;
    clock::WallTime checked_at;
    long long consecutive = 1;
    // How many in a row were worse than the state, or all of them better.
    long long against = 0;
    double seconds = 0;
    std::string message;
    std::vector<Measurement> measurements;
    std::optional<double> certificate_expiry;
    // The check that stood in its way in the last run; empty: none did.
    std::string skipped_for;
    clock::WallTime skipped_at;

    // When the last run looked at it, skip or not.
    clock::WallTime known_at() const;
};

// By the check's name.
using Memory = std::map<std::string, Remembered>;

// What is known after this outcome. The state gets worse when
// failure_threshold runs in a row were worse than it, and better when
// recovery_threshold runs in a row were better; it then becomes what the last
// of them found. A check that is new begins with what it found, or as OK if
// that is bad and one run is not enough. A skip is noted beside the state; a
// check that did not finish, or was not run, changes nothing.
std::optional<Remembered> advanced(const std::optional<Remembered>& before,
                                   const Outcome& outcome);

// Whether a check that is not in the memory comes into it. In a run that leaves
// nothing behind it does not: its thresholds would hold it back for ever.
enum class Newcomers { welcome, left_out };

// Advances the memory by a run and makes its outcomes say what the checks are
// by now. Call it after skip_dependent().
void settle(Memory& memory, std::vector<Outcome>& outcomes,
            Newcomers newcomers);

// Whether its last result is as old as `every` says, less a twentieth and at
// most a minute, because no timer is exact to the second.
bool is_due(const Check& check, const Memory& memory, clock::WallTime now);

// The stored result of a check that is not due, as if it was found now: for
// skip_dependent() and settle().
Outcome carried_outcome(const Check& check, const Memory& memory);

// What is known of a check that is not in this run. Without a memory of it,
// the outcome is one that has not finished.
Outcome remembered_outcome(const Check& check, const Memory& memory);

// Takes over what is newer in `other`; what only `other` knows is newer.
void merge(Memory& memory, Memory&& other);

// A clock that was set back must not keep a memory young for ever.
void forget_the_future(Memory& memory, clock::WallTime now);

}  // namespace lark_batch::healthcheck
