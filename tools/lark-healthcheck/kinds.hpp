// The kinds of checks that there are.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

struct KindRow {
    std::string_view name;
    std::string_view summary;  // "a TCP port that accepts connections"
    std::unique_ptr<Kind> (*make)();
};

std::span<const KindRow> kinds();
std::vector<std::string> kind_names();
// Null for a name that is none.
std::unique_ptr<Kind> make_kind(std::string_view name);

}  // namespace lark_batch::healthcheck
