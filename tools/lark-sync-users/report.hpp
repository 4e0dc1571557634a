// What a run tells: the table for a person, the JSON for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "lib/run/context.hpp"
#include "tools/lark-sync-users/queries.hpp"

namespace lark_batch::sync_users {

// One app's part of the run.
struct AppReport {
    std::string name;
    run::Outcome outcome = run::Outcome::success;
    std::optional<errors::Error> error;
    Outcomes changes;
    std::uint64_t api_calls = 0;
    std::uint64_t retries = 0;
    std::uint64_t gaps = 0;
    std::vector<std::string> lost_fields;
    std::vector<std::string> warnings;
    std::vector<run::Stage> stages;
};

// A result must stay readable, whatever went wrong ten thousand times: the
// first twenty, and how many more there are.
std::vector<std::string> shortened(const std::vector<std::string>& warnings);

// The `apps` member of the result object.
std::string apps_json(const std::vector<AppReport>& apps);

std::string apps_table(const std::vector<AppReport>& apps, bool dry_run);

}  // namespace lark_batch::sync_users
