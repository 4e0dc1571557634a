// One [[check]] of the configuration, or the one of the command line.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/config/option.hpp"
#include "lib/text/quantity.hpp"
#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

// Of one attempt.
inline constexpr text::Milliseconds k_longest_timeout{std::chrono::hours{1}};

struct Check {
    std::string name;  // any text: blanks, quotes and CJK are fine
    std::string kind;
    std::vector<std::string> groups;
    std::vector<std::string> labels;  // "system=fechatter"
    bool enabled = true;
    ThresholdText value;                 // warn, crit: of the kind's main value
    ThresholdText latency;               // latency_warn, latency_crit
    text::Milliseconds timeout{10'000};  // of one attempt
    std::string timeout_state = "critical";
    long long retries = 0;  // further attempts after one that failed
    text::Milliseconds retry_delay{500};
    bool invert = false;  // CRITICAL when it would be OK, and vice versa
    std::vector<std::string> depends_on;  // names of checks
    // How many runs in a row must agree before the state changes.
    long long failure_threshold = 1;
    long long recovery_threshold = 1;
    text::Milliseconds every{0};  // not run again before this time is over

    std::unique_ptr<Kind> probe;  // null until the kind is known
    bool chosen = false;          // for this run
};

// The keys of every [[check]]; those of its kind come from the kind.
void declare_common(config::OptionSet& set, Check& check);
// Those of them that make sense for a check given on the command line.
void declare_ad_hoc(config::OptionSet& set, Check& check);

}  // namespace lark_batch::healthcheck
