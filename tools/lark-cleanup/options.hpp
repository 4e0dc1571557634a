// What lark-cleanup can be told beside the shared settings.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/option.hpp"
#include "tools/lark-cleanup/classes.hpp"

namespace lark_batch::cleanup {

struct Options {
    Options();

    std::vector<std::string> only;  // names of classes; empty: all
    // By place in k_classes; zero keeps everything for ever.
    std::array<text::Milliseconds, k_classes.size()> retention;
    long long batch_size = 1'000;         // rows of the first batch
    text::Milliseconds batch_time{200};   // what batches should take
    text::Milliseconds pause{5};          // between batches, at least
    text::Milliseconds max_pause{5'000};  // and under pressure
    text::Milliseconds max_replication_lag{10'000};
    long long max_rows = 10'000'000;  // of a run, all classes together
    text::Milliseconds max_time{std::chrono::hours{1}};  // of a run
    bool vacuum = true;
    std::string report_directory;  // empty: there are no reports
    long long idle_runs = 14;      // before a growing table is suspicious

    text::Milliseconds retention_of(const Class& of) const {
        return retention[index_of(of.name)];
    }
    bool chooses(const Class& one) const {
        return only.empty() || std::ranges::count(only, one.name) != 0;
    }
    // Chosen, and not kept for ever.
    bool cleans(const Class& one) const {
        return chooses(one) &&
               (one.retention.count() == 0 || retention_of(one).count() != 0);
    }
};

// What is wrong with a folder all of whose old files may be deleted: a folder
// of the system is a mistake, whatever lies in it.
std::optional<std::string> check_report_directory(const std::string& value);

void declare(config::OptionSet& set, Options& options);

}  // namespace lark_batch::cleanup
