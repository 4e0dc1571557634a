// Reads the company over the same API as the product does, in the plainest
// way, to compare with what the product stored.
#pragma once

#include <map>
#include <string>

#include "tests/sync/company.hpp"

namespace lark_batch::test {

// Objects as Lark serves them to cli_first_app, by their open id.
struct Directory {
    std::map<std::string, json> people;
    std::map<std::string, json> departments;
};

Directory read_lark(const Company& company);

}  // namespace lark_batch::test
