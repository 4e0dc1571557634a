// The variables a program was started with. A value, so that tests need no
// setenv(3).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::config {

class Environment {
public:
    Environment() = default;
    explicit Environment(std::map<std::string, std::string> variables)
        : m_variables(std::move(variables)) {}

    static Environment of_process();

    // An empty variable counts as absent: compose files and unit files leave
    // such behind for what was not set.
    std::optional<std::string> get(const std::string& name) const;

    std::vector<std::string> names_beginning(std::string_view prefix) const;

private:
    std::map<std::string, std::string> m_variables;
};

}  // namespace lark_batch::config
