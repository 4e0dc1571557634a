// Every metric we push, and nothing else: the only home of their names. Docs,
// dashboards and rules are checked against this table.
//
// A family is `accumulated` when its values are totals over all runs, kept in
// the database; the others say what the last run saw.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lib/metrics/cleanup_names.hpp"
#include "lib/metrics/family.hpp"
#include "lib/metrics/forward_alerts_names.hpp"
#include "lib/metrics/healthcheck_names.hpp"

namespace lark_batch::metrics {

inline constexpr Family k_executions{"scheduled_task_executions_total",
                                     Type::counter,
                                     "Runs of the task that ended, by result.",
                                     parts::k_task_status,
                                     {},
                                     true};
inline constexpr Family k_duration{"scheduled_task_duration_seconds",
                                   Type::histogram,
                                   "How long runs of the task took.",
                                   parts::k_task,
                                   parts::k_task_bounds,
                                   true};
inline constexpr Family k_skipped{"scheduled_task_skipped_total",
                                  Type::counter,
                                  "Runs that did not take place, by reason.",
                                  parts::k_task_reason,
                                  {},
                                  true};
inline constexpr Family k_timeouts{
    "scheduled_task_timeouts_total",
    Type::counter,
    "Runs stopped by their own time limit; also counted as failures.",
    parts::k_task,
    {},
    true};
inline constexpr Family k_records{
    "scheduled_task_records_total",
    Type::counter,
    "Records the task worked on, by what became of them.",
    parts::k_task_outcome,
    {},
    true};
inline constexpr Family k_last_records{
    "scheduled_task_last_records", Type::gauge,
    "Records the last run worked on, by what became of them.",
    parts::k_task_outcome};
inline constexpr Family k_last_success{
    "scheduled_task_last_success_timestamp_seconds", Type::gauge,
    "When the last successful run ended; 0 before the first.", parts::k_task};
inline constexpr Family k_last_completion{
    "scheduled_task_last_completion_timestamp_seconds", Type::gauge,
    "When the last run ended, whatever its result.", parts::k_task};
inline constexpr Family k_last_start{
    "scheduled_task_last_start_timestamp_seconds", Type::gauge,
    "When the last run began; later than the completion while one runs or "
    "after one was killed.",
    parts::k_task};
inline constexpr Family k_last_duration{
    "scheduled_task_last_duration_seconds", Type::gauge,
    "How long the last run took.", parts::k_task};
inline constexpr Family k_last_stage_duration{
    "scheduled_task_last_stage_duration_seconds", Type::gauge,
    "How long each stage of the last run took.", parts::k_task_stage};
inline constexpr Family k_last_exit_code{
    "scheduled_task_last_exit_code", Type::gauge,
    "The exit code of the last run.", parts::k_task};
inline constexpr Family k_last_start_delay{
    "scheduled_task_last_start_delay_seconds", Type::gauge,
    "How long after its due time the last run began.", parts::k_task};
inline constexpr Family k_success_max_age{
    "scheduled_task_success_max_age_seconds", Type::gauge,
    "How old the last success may become before somebody must look.",
    parts::k_task};
inline constexpr Family k_timeout{"scheduled_task_timeout_seconds", Type::gauge,
                                  "The time limit of a run; 0 without one.",
                                  parts::k_task};
inline constexpr Family k_enabled{
    "scheduled_task_enabled", Type::gauge,
    "1 when the task is meant to run, 0 when it is switched off.",
    parts::k_task};
inline constexpr Family k_last_cpu{
    "scheduled_task_last_cpu_seconds", Type::gauge,
    "CPU time of the last run, user and system.", parts::k_task};
inline constexpr Family k_last_max_rss{
    "scheduled_task_last_max_rss_bytes", Type::gauge,
    "Peak resident memory of the last run.", parts::k_task};

inline constexpr Family k_api_requests{
    "lark_service_api_requests_total",
    Type::counter,
    "Requests to the Lark API, by HTTP status; \"error\" when no answer came.",
    parts::k_api_status,
    {},
    true};
inline constexpr Family k_api_duration{
    "lark_service_api_request_duration_seconds",
    Type::histogram,
    "How long answers of the Lark API took.",
    parts::k_api,
    parts::k_api_bounds,
    true};
inline constexpr Family k_rate_limited{
    "lark_service_auth_rate_limit_triggered_total",
    Type::counter,
    "Requests that the Lark API refused for their rate.",
    {},
    {},
    true};
inline constexpr Family k_token_retries{
    "lark_service_token_refresh_retry_total",
    Type::counter,
    "Token refreshes that were tried again.",
    {},
    {},
    true};
inline constexpr Family k_token_successes{
    "lark_service_token_refresh_success_total",
    Type::counter,
    "Token refreshes that succeeded.",
    {},
    {},
    true};
inline constexpr Family k_token_failures{
    "lark_service_token_refresh_failure_total",
    Type::counter,
    "Token refreshes that failed for good.",
    {},
    {},
    true};

inline constexpr Family k_sync_objects{
    "lark_sync_users_objects", Type::gauge,
    "What the directory holds of an app, by kind and state.",
    parts::k_app_state};
inline constexpr Family k_sync_changes{
    "lark_sync_users_changes_total",
    Type::counter,
    "Changes applied to the directory, by kind and action.",
    parts::k_app_action,
    {},
    true};
inline constexpr Family k_sync_fields_lost{
    "lark_sync_users_fields_lost", Type::gauge,
    "Fields that nobody has any more: permissions the app has lost.",
    parts::k_app};
inline constexpr Family k_sync_incomplete_departments{
    "lark_sync_users_incomplete_departments", Type::gauge,
    "Departments whose members could not all be read in the last run.",
    parts::k_app};

inline constexpr Family k_token_expiry{
    "lark_service_token_expiry_timestamp_seconds", Type::gauge,
    "When the first token of the app and type stops working unless a person "
    "acts: what refreshes by itself counts with the end of its year.",
    parts::k_app_id_type};
inline constexpr Family k_refresh_expiry{
    "lark_service_refresh_token_expiry_timestamp_seconds", Type::gauge,
    "When the first refresh token of the app ends, unless it is refreshed "
    "before.",
    parts::k_app_id};
inline constexpr Family k_token_days{
    "token_days_to_expiry", Type::gauge,
    "Days to lark_service_token_expiry_timestamp_seconds at the last check; "
    "it stands still while no check runs.",
    parts::k_app_id_type};
inline constexpr Family k_refresh_days{
    "refresh_token_days_to_expiry", Type::gauge,
    "Days to lark_service_refresh_token_expiry_timestamp_seconds at the last "
    "check; it stands still while no check runs.",
    parts::k_app_id};
inline constexpr Family k_token_warnings{
    "token_expiry_warnings_sent_total",
    Type::counter,
    "Tokens that a channel was told about, after it accepted the message.",
    parts::k_app_id_type,
    {},
    true};
inline constexpr Family k_tokens{
    "lark_check_tokens_tokens", Type::gauge,
    "Stored tokens of an app, by how near their end is.", parts::k_app_class};
inline constexpr Family k_tokens_needing_login{
    "lark_check_tokens_needing_login", Type::gauge,
    "Tokens of an app that only a new login brings back.", parts::k_app};
inline constexpr Family k_tokens_failing{
    "lark_check_tokens_failing", Type::gauge,
    "Tokens of an app whose last refresh failed, or has no known outcome.",
    parts::k_app};
inline constexpr Family k_tokens_lacking_scopes{
    "lark_check_tokens_lacking_scopes", Type::gauge,
    "Tokens of an app that lack a wanted scope.", parts::k_app};
inline constexpr Family k_app_enabled{
    "lark_check_tokens_app_enabled", Type::gauge,
    "1 when Lark says that the app is enabled, 0 when it is not; not pushed "
    "while Lark does not say.",
    parts::k_app};
inline constexpr Family k_notify_messages{
    "lark_notify_messages_total",
    Type::counter,
    "Messages that a channel accepted, and digests that it did not.",
    parts::k_channel_status,
    {},
    true};

inline constexpr Family k_build_info{
    "lark_batch_build_info", Type::gauge,
    "Always 1; the labels say which build pushes.", parts::k_build};
inline constexpr Family k_push_failures{
    "lark_batch_metrics_push_failures_total",
    Type::counter,
    "Pushes that failed, reported by the next one that does not.",
    parts::k_sink,
    {},
    true};
inline constexpr Family k_spool_records{
    "lark_batch_metrics_spool_records", Type::gauge,
    "Runs whose counts wait on disk for the database."};

std::span<const Family> families();

// Nothing for a name that is not ours.
const Family* find_family(std::string_view name);

// The closed list of a label's values; empty when it is open, such as app.
std::span<const std::string_view> values_of(const Family& family,
                                            std::string_view label);

// All of the above as Markdown, for docs/metrics.md.
std::string reference();

}  // namespace lark_batch::metrics
