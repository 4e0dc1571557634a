// What alerts go through, for all tests of the binary.
#pragma once

#include "tests/support/alertmanager.hpp"
#include "tests/support/prometheus.hpp"
#include "tests/support/pushgateway.hpp"

namespace lark_batch::test {

// Prometheus scrapes the gateway, and fires 'Watchdog' all the time.
struct Monitoring {
    Monitoring();

    Pushgateway gateway;
    Alertmanager alertmanager;
    Prometheus prometheus;
};

// Started by the first that asks. Prometheus looks at its targets five
// seconds after its start: who needs that asks early, and waits late.
const Monitoring& shared_monitoring();

}  // namespace lark_batch::test
