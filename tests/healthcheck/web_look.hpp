// One check as the command line gives it, looked at inside the test.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/lark-healthcheck/finding.hpp"

namespace lark_batch::healthcheck::test {

struct Seen {
    State state = State::unknown;
    std::string message;
    double seconds = 0;
    std::vector<Measurement> measurements;
    std::optional<double> certificate_expiry;

    // Null when it was not measured.
    const Measurement* measured(const std::string& label) const;
    // "CRITICAL: connection refused"
    std::string str() const;
};

// {"http", "http://127.0.0.1:1/", "--timeout", "2s"}; `toml` is the file,
// `variables` the environment.
// Throws Problems for what the command line gets wrong.
Seen look(const std::vector<std::string>& arguments,
          const std::string& toml = {},
          const std::map<std::string, std::string>& variables = {});

}  // namespace lark_batch::healthcheck::test
