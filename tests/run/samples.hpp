// Values out of what a Pushgateway exports.
#pragma once

#include <optional>
#include <string>

#include "tests/run/world.hpp"

namespace lark_batch::test {

// The value of the one series of that name whose labels hold all of these
// pieces, such as `status="success"`; nothing when there is none or more.
std::optional<double> sample(const std::string& exposition,
                             const std::string& name,
                             const Arguments& labels = {});

// scheduled_task_executions_total of the stub.
std::optional<double> successes(const std::string& exposition);
std::optional<double> failures(const std::string& exposition);

}  // namespace lark_batch::test
