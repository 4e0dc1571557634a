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
    k_token_expiry,
    k_refresh_expiry,
    k_token_days,
    k_refresh_days,
    k_token_warnings,
    k_tokens,
    k_tokens_needing_login,
    k_tokens_failing,
    k_tokens_lacking_scopes,
    k_app_enabled,
    k_notify_messages,
    k_cleanup_backlog,
    k_cleanup_held,
    k_cleanup_deleted,
    k_check_success,
    k_check_state,
    k_check_duration,
    k_check_certificate,
    k_check_value,
    k_check_info,
    k_forwarded_firing,
    k_forwarded_muted,
    k_forwarded_watchdog,
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
// Of memberships, directory_changes has the history.
constexpr std::string_view k_changing[] = {"user", "department"};
constexpr std::string_view k_actions[] = {"created", "updated", "departed",
                                          "out_of_scope", "revived"};
constexpr std::string_view k_sinks[] = {"pushgateway"};

constexpr std::string_view k_token_types[] = {
    "user_access_token", "tenant_access_token", "app_access_token"};
constexpr std::string_view k_token_classes[] = {"valid", "expiring", "critical",
                                                "expired"};
constexpr std::string_view k_severities[] = {"critical", "warning", "info"};
constexpr std::string_view k_deliveries[] = {"accepted", "failed"};

// Of rows that can be about a person.
constexpr std::string_view k_held_classes[] = {
    "refresh_journal",    "notices",
    "tokens_expired",     "tokens_revoked",
    "tokens_needs_login", "directory_changes",
    "departed_users",     "check_results",
    "task_runs"};
constexpr std::string_view k_cleanup_classes[] = {"refresh_journal",
                                                  "notices",
                                                  "tokens_expired",
                                                  "tokens_revoked",
                                                  "tokens_needs_login",
                                                  "directory_changes",
                                                  "departed_users",
                                                  "check_results",
                                                  "task_runs",
                                                  "staging",
                                                  "spool",
                                                  "reports",
                                                  "pushgateway_groups"};

struct Vocabulary {
    std::string_view label;
    std::span<const std::string_view> values;
    std::string_view only_in{};  // empty: the same in every family
};

constexpr Vocabulary k_vocabularies[] = {
    {"status", k_results, k_executions.name},
    {"status", k_deliveries, k_notify_messages.name},
    {"token_type", k_token_types},
    {"class", k_token_classes, k_tokens.name},
    {"class", k_held_classes, k_cleanup_held.name},
    {"class", k_cleanup_classes},
    {"reason", k_reasons},
    {"outcome", k_outcomes},
    {"method", k_methods},
    {"kind", k_kinds, k_sync_objects.name},
    {"kind", k_changing, k_sync_changes.name},
    {"state", k_states},
    {"action", k_actions},
    {"sink", k_sinks},
    {"severity", k_severities},
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
