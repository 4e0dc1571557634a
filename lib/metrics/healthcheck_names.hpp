// The health check's part of names.hpp: what each check found last. Nothing
// that others imply, because each family costs a series a check: a skipped
// check is one that has info and no state.
#pragma once

#include "lib/metrics/family.hpp"

namespace lark_batch::metrics {

inline constexpr Family k_check_success{
    "lark_healthcheck_success", Type::gauge,
    "1 when the check is OK or WARNING, 0 when not; absent while it is "
    "skipped.",
    parts::k_check};
inline constexpr Family k_check_state{
    "lark_healthcheck_state", Type::gauge,
    "0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN; absent while the check is "
    "skipped.",
    parts::k_check};
inline constexpr Family k_check_duration{
    "lark_healthcheck_duration_seconds", Type::gauge,
    "How long the last attempt of the check took.", parts::k_check};
inline constexpr Family k_check_certificate{
    "lark_healthcheck_certificate_expiry_timestamp_seconds", Type::gauge,
    "When the first certificate of the chain that the server showed ends.",
    parts::k_check};
inline constexpr Family k_check_value{
    "lark_healthcheck_value", Type::gauge,
    "What the check measured and has a limit for, in the base unit of the "
    "measure.",
    parts::k_check_measure};
inline constexpr Family k_check_info{
    "lark_healthcheck_info", Type::gauge,
    "1 for each configured check, with its kind, groups and labels.",
    parts::k_check_info};

}  // namespace lark_batch::metrics
