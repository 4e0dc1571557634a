// A real Prometheus that knows the last hour before it starts: rates over an
// hour have their value at once.
#pragma once

#include <string>
#include <vector>

#include "tests/support/local_server.hpp"

namespace lark_batch::test {

// A series with a sample for each minute of the last hour, from `first`,
// growing by `each` from one to the next.
struct PastSeries {
    std::string name;  // with its labels: up{job="collector"}
    double first = 0;
    double each = 0;
};

class BackfilledPrometheus : public LocalServer {
public:
    explicit BackfilledPrometheus(const std::vector<PastSeries>& past);
};

}  // namespace lark_batch::test
