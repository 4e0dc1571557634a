#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "lib/metrics/names.hpp"

namespace lark_batch::metrics {

TEST_CASE("reference: the page has one row a family") {
    const auto page = reference();
    CHECK(std::ranges::count(page, '\n') ==
          static_cast<std::ptrdiff_t>(families().size()) + 2);
    CHECK(page.find("| `scheduled_task_executions_total` | counter, total | "
                    "`task_name`, `status` = success or failure | ") !=
          std::string::npos);
    CHECK(page.find("Buckets: 0.05 0.1 0.25 0.5 1 2.5 5 10 30.") !=
          std::string::npos);
}

}  // namespace lark_batch::metrics
