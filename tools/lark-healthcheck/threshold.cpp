#include "tools/lark-healthcheck/threshold.hpp"

namespace lark_batch::healthcheck {

Threshold ThresholdText::parsed() const {
    Threshold threshold;
    if (!warn.empty()) {
        threshold.warn = Range{warn};
    }
    if (!crit.empty()) {
        threshold.crit = Range{crit};
    }
    return threshold;
}

void declare_threshold(config::OptionSet& set, const std::string& prefix,
                       ThresholdText& target, const std::string& meaning) {
    set.add(prefix + "warn", target.warn)
        .help("WARNING outside of this range: " + meaning)
        .check(check_range)
        .placeholder("RANGE");
    set.add(prefix + "crit", target.crit)
        .help("CRITICAL outside of this range: " + meaning)
        .check(check_range)
        .placeholder("RANGE");
}

}  // namespace lark_batch::healthcheck
