// The steps that lead from an empty database to the schema of this release,
// taken into the program when it is built.
#pragma once

#include <span>
#include <string_view>

namespace lark_batch::admin {

struct Migration {
    int version;  // 1, 2, 3, ... without gap
    std::string_view name;
    std::string_view sql;
};

// In ascending order, never empty.
std::span<const Migration> migrations();

}  // namespace lark_batch::admin
