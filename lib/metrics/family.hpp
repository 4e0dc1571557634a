// What a metric is: one row of the table in names.hpp.
#pragma once

#include <span>
#include <string_view>

namespace lark_batch::metrics {

enum class Type { counter, gauge, histogram };

// In the order in which the constants below are written and read.
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct Family {
    std::string_view name;
    Type type;
    std::string_view help;
    std::span<const std::string_view> labels{};
    std::span<const double> bounds{};  // of a histogram, without +Inf
    bool accumulated = false;
};

// Spans need arrays with a name.
namespace parts {

inline constexpr std::string_view k_task[] = {"task_name"};
inline constexpr std::string_view k_task_status[] = {"task_name", "status"};
inline constexpr std::string_view k_task_stage[] = {"task_name", "stage"};
inline constexpr std::string_view k_task_reason[] = {"task_name", "reason"};
inline constexpr std::string_view k_task_outcome[] = {"task_name", "outcome"};
inline constexpr std::string_view k_api_status[] = {"method", "endpoint",
                                                    "status"};
inline constexpr std::string_view k_api[] = {"method", "endpoint"};
inline constexpr std::string_view k_app[] = {"app"};
inline constexpr std::string_view k_app_state[] = {"app", "kind", "state"};
inline constexpr std::string_view k_app_action[] = {"app", "kind", "action"};
inline constexpr std::string_view k_app_id[] = {"app_id"};
inline constexpr std::string_view k_app_id_type[] = {"app_id", "token_type"};
inline constexpr std::string_view k_app_class[] = {"app", "class"};
inline constexpr std::string_view k_channel_status[] = {"channel", "status"};
inline constexpr std::string_view k_class[] = {"class"};
inline constexpr std::string_view k_check[] = {"check"};
inline constexpr std::string_view k_check_measure[] = {"check", "measure"};
inline constexpr std::string_view k_check_info[] = {"check", "kind", "groups",
                                                    "labels"};
inline constexpr std::string_view k_build[] = {"version", "revision"};
inline constexpr std::string_view k_sink[] = {"sink"};
inline constexpr std::string_view k_severity[] = {"severity"};

inline constexpr double k_task_bounds[] = {0.5, 1,   2.5, 5,   10,   30,  60,
                                           120, 300, 600, 900, 1800, 3600};
inline constexpr double k_api_bounds[] = {0.05, 0.1, 0.25, 0.5, 1,
                                          2.5,  5,   10,   30};

}  // namespace parts

}  // namespace lark_batch::metrics
