// What one check came to, and its two forms: JSON and a table.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/notify/announcer.hpp"
#include "tools/lark-check-tokens/queries.hpp"
#include "tools/lark-check-tokens/refresh.hpp"

namespace lark_batch::check_tokens {

enum class AppStatus { enabled, not_enabled, unknown };

struct AppReport {
    std::string name;
    std::string app_id;
    Refreshed refreshed;
    AppStatus status = AppStatus::unknown;
    std::map<std::string, std::int64_t> classes;  // "valid", "expiring", ...
    std::int64_t needing_login = 0;
    std::int64_t failing = 0;
    std::int64_t lacking_scopes = 0;
};

// Adds up what count_tokens() found.
void add_counts(std::vector<AppReport>& apps,
                const std::vector<TokenCount>& counts);

std::string apps_json(const std::vector<AppReport>& apps);
std::string table_of(const std::vector<AppReport>& apps,
                     const notify::Report& notices, bool dry_run);
// "12 refreshed, 3 critical", for the history of runs.
std::string summary_of(const std::vector<AppReport>& apps);

}  // namespace lark_batch::check_tokens
