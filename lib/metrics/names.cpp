#include "lib/metrics/names.hpp"

#include <algorithm>

namespace lark_batch::metrics {

namespace {

constexpr Family k_families[] = {
    k_executions,
    k_duration,
    k_skipped,
    k_timeouts,
    k_records,
    k_last_records,
    k_last_success,
    k_last_completion,
    k_last_start,
    k_last_duration,
    k_last_stage_duration,
    k_last_exit_code,
    k_last_start_delay,
    k_success_max_age,
    k_timeout,
    k_enabled,
    k_last_cpu,
    k_last_max_rss,
    k_api_requests,
    k_api_duration,
    k_rate_limited,
    k_token_retries,
    k_token_successes,
    k_token_failures,
    k_sync_objects,
    k_sync_changes,
    k_sync_fields_lost,
    k_sync_incomplete_departments,
    k_build_info,
    k_push_failures,
    k_spool_records,
};

constexpr std::string_view k_results[] = {"success", "failure"};
constexpr std::string_view k_reasons[] = {"overlap", "misfire", "disabled"};
constexpr std::string_view k_outcomes[] = {"created", "updated", "unchanged",
                                           "deleted", "failed"};
constexpr std::string_view k_methods[] = {"GET", "POST", "PUT", "PATCH",
                                          "DELETE"};
constexpr std::string_view k_kinds[] = {"user", "department", "membership"};
constexpr std::string_view k_states[] = {"active", "departed", "out_of_scope"};
constexpr std::string_view k_actions[] = {"created",      "updated", "departed",
                                          "out_of_scope", "revived", "removed"};
constexpr std::string_view k_sinks[] = {"pushgateway"};

struct Vocabulary {
    std::string_view label;
    std::span<const std::string_view> values;
    std::string_view only_in{};  // empty: the same in every family
};

constexpr Vocabulary k_vocabularies[] = {
    {"status", k_results, k_executions.name},
    {"reason", k_reasons},
    {"outcome", k_outcomes},
    {"method", k_methods},
    {"kind", k_kinds},
    {"state", k_states},
    {"action", k_actions},
    {"sink", k_sinks},
};

}  // namespace

std::span<const Family> families() {
    return k_families;
}

const Family* find_family(std::string_view name) {
    const auto* const found =
        std::ranges::find(k_families, name, &Family::name);
    return found == std::end(k_families) ? nullptr : found;
}

std::span<const std::string_view> values_of(const Family& family,
                                            std::string_view label) {
    for (const auto& entry : k_vocabularies) {
        if (entry.label == label &&
            (entry.only_in.empty() || entry.only_in == family.name)) {
            return entry.values;
        }
    }
    return {};
}

}  // namespace lark_batch::metrics
