// The range of monitoring plugins, which says when to alert:
//   10       outside of 0 .. 10
//   10:      below 10
//   ~:10     above 10
//   10:20    outside of 10 .. 20
//   @10:20   inside of 10 .. 20, both included
// Numbers may carry a unit: 500ms, 2s, 15m, 7d become seconds, 4KiB, 2GB
// bytes, and 80% stays 80.
// https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::healthcheck {

class Range {
public:
    // Never alerts.
    Range() = default;
    // Throws Error(config) naming the text.
    explicit Range(std::string_view text);

    bool alerts(double value) const;
    // As it was given; empty for a range that never alerts.
    const std::string& written() const { return m_written; }
    // In base units, for performance data.
    std::string str() const;
    bool empty() const { return m_written.empty(); }

private:
    std::string m_written;
    double m_low = 0;
    double m_high = 0;
    bool m_inside = false;
};

// What is wrong with a range as a predicate, for an option's check.
std::optional<std::string> check_range(const std::string& value);

}  // namespace lark_batch::healthcheck
