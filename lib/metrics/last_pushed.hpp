// A copy of the totals that a job pushed last, kept in its state folder and
// not in the database: a restore rewinds that, and a total that goes down by
// 3 looks to Prometheus like a restart plus everything since the beginning.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lib/metrics/totals.hpp"

namespace lark_batch::metrics {

struct LastPushed {
    // Metric, a tab, and what tells its values apart.
    std::map<std::string, double> values;

    bool operator==(const LastPushed&) const = default;
};

LastPushed last_pushed(const Totals& totals);

// The content of a file; lines that make no sense are skipped on reading,
// for a damaged copy must not stop a run.
std::string to_text(const LastPushed& pushed);
LastPushed parse_last_pushed(std::string_view text);

// The first family with a total lower than it was. A total that is new, gone
// or has other buckets counts as fine.
std::optional<std::string> went_backwards(const LastPushed& last,
                                          const LastPushed& now);

}  // namespace lark_batch::metrics
