// The two ranges that a measured value is judged by.
#pragma once

#include <string>

#include "lib/config/option.hpp"
#include "tools/lark-healthcheck/range.hpp"

namespace lark_batch::healthcheck {

struct Threshold {
    Range warn;
    Range crit;
};

// A pair of options, as written; "" never alerts.
struct ThresholdText {
    std::string warn;
    std::string crit;

    Threshold parsed() const;
};

// Declares <prefix>warn and <prefix>crit: ("connections-", "connections used,
// in percent of the most there can be") for one.
void declare_threshold(config::OptionSet& set, const std::string& prefix,
                       ThresholdText& target, const std::string& meaning);

}  // namespace lark_batch::healthcheck
