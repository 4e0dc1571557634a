#pragma once

#include <optional>
#include <string>

#include "tests/support/local_server.hpp"

namespace lark_batch::test {

// Rules, as the content of a rules file, that are evaluated every second, and
// who hears of alerts; nobody when empty.
struct Alerting {
    std::string rules;
    std::string alertmanager_url;
};

// A Prometheus that scrapes one Pushgateway every second.
class Prometheus : public LocalServer {
public:
    explicit Prometheus(const std::string& gateway_url,
                        const Alerting& alerting = {});

    // The API's JSON answer to an instant query.
    std::string query(const std::string& promql) const;

    // The value of a query with exactly one result, else nothing.
    std::optional<double> value(const std::string& promql) const;
};

}  // namespace lark_batch::test
