// A real Prometheus with targets, rules and an Alertmanager, all of which it
// looks at four times a second.
#pragma once

#include <string>
#include <vector>

#include "tests/support/local_server.hpp"

namespace lark_batch::test {

struct ScrapeJob {
    std::string name;
    std::string address;  // "127.0.0.1:9090"
};

class StackPrometheus : public LocalServer {
public:
    // Scrapes itself, too, as the job "prometheus".
    StackPrometheus(const std::vector<ScrapeJob>& jobs,
                    const std::string& rules,
                    const std::string& alertmanager_address);

    // Other rules from now on. Throws when they are refused.
    void reload(const std::string& rules);
};

}  // namespace lark_batch::test
