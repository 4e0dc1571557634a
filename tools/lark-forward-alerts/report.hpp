// What one run saw and told, and its forms: JSON, a table, metrics.
#pragma once

#include <string>
#include <vector>

#include "lib/run/context.hpp"
#include "tools/lark-forward-alerts/fetch.hpp"
#include "tools/lark-forward-alerts/queries.hpp"

namespace lark_batch::forward_alerts {

// By severity, without the muted ones.
struct Counts {
    long long critical = 0;
    long long warning = 0;
    long long info = 0;
    long long muted = 0;

    long long firing() const { return critical + warning + info; }
};
Counts count(const std::vector<Alert>& alerts);

// As lark_batch.alerts keeps them: queries.hpp, Look::alerts_json. `apps` are
// those of the configuration: an alert that names none of them is about none.
std::string memory_json(const std::vector<Alert>& alerts,
                        const config::AppsSettings& apps,
                        const std::string& zone);

std::string alertmanagers_json(const Round& round);
std::string counts_json(const Counts& counts);
std::string word_of(Watchdog watchdog);
// The first 200, the worst first.
std::string alerts_json(const std::vector<Alert>& alerts);
std::string table_of(const Round& round, Watchdog watchdog,
                     const std::string& zone);
// "2 critical, 1 muted", for the history of runs.
std::string summary_of(const Counts& counts, Watchdog watchdog);

void set_gauges(run::Context& context, const Counts& counts, Watchdog watchdog);

}  // namespace lark_batch::forward_alerts
