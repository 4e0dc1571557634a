// What is wrong with the keys of a check beyond a single value.
#pragma once

#include <string>

#include "lib/config/problems.hpp"
#include "tools/lark-healthcheck/check.hpp"

namespace lark_batch::healthcheck {

// For steps of OptionSet::after_loading(). By check, since the set itself
// does not stay where it is on the command line.
inline config::Found mistake(const Check& check, const std::string& message,
                             const std::string& hint) {
    return {{"", 0, 0, message + " in check '" + check.name + "'", hint,
             errors::Kind::config}};
}

}  // namespace lark_batch::healthcheck
