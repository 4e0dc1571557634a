#include "tests/run/samples.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace lark_batch::test {

std::optional<double> sample(const std::string& exposition,
                             const std::string& name, const Arguments& labels) {
    std::istringstream lines{exposition};
    std::optional<double> found;
    for (std::string line; std::getline(lines, line);) {
        const bool named =
            line.starts_with(name + "{") || line.starts_with(name + " ");
        const auto holds = [&](const std::string& piece) {
            return line.find(piece) != std::string::npos;
        };
        if (!named || !std::all_of(labels.begin(), labels.end(), holds)) {
            continue;
        }
        if (found) {
            return std::nullopt;
        }
        found = std::strtod(line.c_str() + line.rfind(' '), nullptr);
    }
    return found;
}

std::optional<double> successes(const std::string& exposition) {
    return sample(exposition, "scheduled_task_executions_total",
                  {"task_name=\"stub\"", "status=\"success\""});
}

std::optional<double> failures(const std::string& exposition) {
    return sample(exposition, "scheduled_task_executions_total",
                  {"task_name=\"stub\"", "status=\"failure\""});
}

}  // namespace lark_batch::test
