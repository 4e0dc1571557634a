#include "tests/healthcheck/monitoring.hpp"

namespace lark_batch::test {

Monitoring::Monitoring()
    : prometheus(gateway.url(), {"groups:\n"
                                 "- name: path\n"
                                 "  rules:\n"
                                 "  - alert: Watchdog\n"
                                 "    expr: vector(1)\n",
                                 alertmanager.url()}) {}

const Monitoring& shared_monitoring() {
    static const Monitoring servers;
    return servers;
}

}  // namespace lark_batch::test
