// What our own database says about our other tasks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/db/bounded_session.hpp"

namespace lark_batch::healthcheck {

struct TaskHistory {
    std::string task;
    std::optional<double> success_age;  // seconds
    std::optional<double> open_for;     // of the oldest run without an end
    std::string last_outcome;           // empty: no run has ended yet
    bool ever_ran = false;
};

// The latest run under a name: a task's own, or one of its shards'.
struct LatestRun {
    std::string name;
    bool by_clock = false;  // the latest that no person started
    double started_at = 0;  // seconds since 1970
};

// Of every name that one of these tasks ever ran under.
std::vector<LatestRun> ask_latest_runs(db::BoundedSession& session,
                                       const std::vector<std::string>& tasks);

// In the order of `tasks`. Ages are by the server's clock.
std::vector<TaskHistory> ask_tasks(db::BoundedSession& session,
                                   const std::vector<std::string>& tasks);

// Calls of ours that count against the monthly quota, since the first of the
// month in that time zone: those that programs recorded of their runs, and one
// for each result of the check named.
double ask_metered_calls(db::BoundedSession& session, const std::string& zone,
                         const std::string& check);

}  // namespace lark_batch::healthcheck
