// `config check --online`: what the settings name is tried, one question
// each, nothing is written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/config/shared_options.hpp"
#include "lib/errors/error.hpp"

namespace lark_batch::admin {

struct Finding {
    // "database", "schema", "rights", "keys", "pushgateway", "alertmanager",
    // "app"
    std::string check;
    std::string target;  // what was asked
    std::string detail;  // of a success
    std::optional<errors::Error> fault;
    double seconds = 0;  // that the answer took
};

// Tries everything, however much of it fails. Throws Error(stopped) after a
// signal.
std::vector<Finding> check_online(const config::SharedSettings& settings);

// A row each, with the hints of what failed below; empty without findings.
std::string findings_table(const std::vector<Finding>& findings);
std::string findings_json(const std::vector<Finding>& findings);

// The code of the worst fault: what waiting can mend counts less than
// refused credentials, and these less than wrong settings.
errors::ExitCode worst_of(const std::vector<Finding>& findings);

}  // namespace lark_batch::admin
