// What one run adds to the totals. Not for several threads at once.
#pragma once

#include <string>
#include <string_view>

#include "lib/metrics/totals.hpp"

namespace lark_batch::metrics {

class Deltas {
public:
    // Both throw Error(bug) when the family is not an accumulated one of
    // that type, the labels are not the family's, or the number is negative
    // or not finite.
    void add(const Family& family, const Labels& labels, double amount = 1);
    void observe(const Family& family, const Labels& labels, double seconds);

    const Totals& totals() const { return m_totals; }
    bool empty() const { return m_totals.empty(); }

private:
    Totals m_totals;
};

// The deltas of one run, waiting in the spool for a database.
struct SpoolRecord {
    std::string run_id;
    std::string job;
    Totals totals;

    bool operator==(const SpoolRecord&) const = default;
};

// One line without its newline; numbers survive exactly.
std::string serialize(const SpoolRecord& record);

// Series whose family this release does not know are left out. Throws
// Error(config) for a line that serialize() cannot have written.
SpoolRecord parse_spool_record(std::string_view line);

}  // namespace lark_batch::metrics
