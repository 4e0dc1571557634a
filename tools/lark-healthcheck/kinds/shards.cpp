#include "tools/lark-healthcheck/kinds/shards.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "lib/config/checks.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

// As lib/config/shared_apps.cpp has it.
constexpr long long k_most_shards = 1'000;

// Empty for a task that is not dealt out.
std::string shard_of(const std::string& name) {
    const auto at = name.find('@');
    return at == name.npos ? "" : name.substr(at + 1);
}

// 4 of "2of4"; nothing for an app's name.
std::optional<long long> portions_of(const std::string& shard) {
    const auto of = shard.find("of");
    if (of == shard.npos || !text::parse_integer(shard.substr(0, of))) {
        return {};
    }
    const auto portions = text::parse_integer(shard.substr(of + 2));
    return portions && *portions <= k_most_shards ? portions : std::nullopt;
}

bool is_later(const LatestRun& one, const LatestRun& other) {
    return std::pair{one.by_clock, one.started_at} >
           std::pair{other.by_clock, other.started_at};
}

const LatestRun* latest_of(const std::string& task,
                           const std::vector<LatestRun>& runs) {
    const LatestRun* latest = nullptr;
    for (const LatestRun& run : runs) {
        if (task_of(run.name) == task &&
            (latest == nullptr || is_later(run, *latest))) {
            latest = &run;
        }
    }
    return latest;
}

}  // namespace

std::string task_of(const std::string& name) {
    return name.substr(0, name.find('@'));
}

std::optional<std::string> check_task_name(const std::string& name) {
    const bool right =
        !config::check_name(task_of(name)) &&
        (task_of(name) == name || !config::check_name(shard_of(name)));
    return right ? std::nullopt
                 : std::optional<std::string>{
                       "must be a task's name, or a shard's such as "
                       "sync_users@2of4"};
}

std::vector<std::string> present_names(const std::string& task,
                                       const std::vector<LatestRun>& runs,
                                       const std::vector<std::string>& apps) {
    const LatestRun* const latest = latest_of(task, runs);
    const std::string shard = latest == nullptr ? "" : shard_of(latest->name);
    if (shard.empty()) {
        return {task};
    }
    std::vector<std::string> names;
    if (const auto portions = portions_of(shard)) {
        for (long long number = 1; number <= *portions; ++number) {
            names.push_back(task + "@" + std::to_string(number) + "of" +
                            std::to_string(*portions));
        }
        return names;
    }
    std::ranges::transform(
        apps, std::back_inserter(names),
        [&](const std::string& app) { return task + "@" + app; });
    return names;
}

}  // namespace lark_batch::healthcheck
