// lark-forward-alerts' part of names.hpp: what Alertmanager held last.
#pragma once

#include "lib/metrics/family.hpp"

namespace lark_batch::metrics {

inline constexpr Family k_forwarded_firing{
    "lark_forward_alerts_firing", Type::gauge,
    "Alerts that fired at the last look and were not muted.",
    parts::k_severity};
inline constexpr Family k_forwarded_muted{
    "lark_forward_alerts_muted", Type::gauge,
    "Alerts that were silenced or inhibited at the last look."};
inline constexpr Family k_forwarded_watchdog{
    "lark_forward_alerts_watchdog", Type::gauge,
    "1 when Alertmanager had the Watchdog at the last look, 0 when not: "
    "then no alert arrives."};

}  // namespace lark_batch::metrics
