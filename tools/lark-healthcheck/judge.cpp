#include "tools/lark-healthcheck/judge.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

// Bytes; a message is one line everywhere.
constexpr std::size_t k_message = 500;

Outcome outcome_of(Probed&& probed, const std::string& cut_short) {
    Outcome outcome;
    outcome.check = probed.check;
    outcome.finished = probed.finished;
    outcome.checked_at = clock::system_clock().now();
    outcome.seconds = probed.seconds;
    outcome.attempts = probed.attempts;
    if (probed.finished) {
        outcome.found = probed.finding.state;
        outcome.message = text::excerpt(probed.finding.message(), k_message);
        outcome.measurements = std::move(probed.finding.measurements);
        outcome.certificate_expiry = probed.finding.certificate_expiry;
    } else {
        outcome.message = "not finished: " + cut_short;
    }
    outcome.state = outcome.found;
    return outcome;
}

using ByName = std::map<std::string, const Outcome*>;

// One that the end of the run left undone is in nobody's way.
bool is_down(const Outcome& outcome) {
    return outcome.finished && (outcome.state == State::critical ||
                                outcome.state == State::unknown);
}

// The nearest check above that is down; empty when none is.
std::string broken_parent(const Outcome& outcome, const ByName& all,
                          std::set<std::string>& seen) {
    for (const std::string& name : outcome.check->depends_on) {
        const auto parent = all.find(name);
        if (parent == all.end() || !seen.insert(name).second) {
            continue;
        }
        if (is_down(*parent->second)) {
            return name;
        }
        std::string above = broken_parent(*parent->second, all, seen);
        if (!above.empty()) {
            return above;
        }
    }
    return {};
}

}  // namespace

std::vector<Outcome> outcomes_of(std::vector<Probed>&& probed,
                                 const std::string& cut_short) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(probed.size());
    for (Probed& one : probed) {
        outcomes.push_back(outcome_of(std::move(one), cut_short));
    }
    return outcomes;
}

void skip_dependent(std::vector<Outcome>& outcomes) {
    ByName by_name;
    for (const Outcome& outcome : outcomes) {
        by_name.emplace(outcome.check->name, &outcome);
    }
    for (Outcome& outcome : outcomes) {
        std::set<std::string> seen;
        outcome.skipped_for = broken_parent(outcome, by_name, seen);
    }
    for (Outcome& outcome : outcomes) {
        if (!outcome.skipped_for.empty()) {
            outcome.state = std::nullopt;
            outcome.message = needs(outcome.skipped_for);
        }
    }
}

}  // namespace lark_batch::healthcheck
