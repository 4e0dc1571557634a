#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/company.hpp"
#include "tests/sandbox/settings.hpp"

namespace lark_batch::sandbox {

struct Options {
    std::uint16_t port = 0;
    CompanySize company;
    std::vector<std::pair<std::string, std::string>> apps;  // id, secret
    std::size_t cache_bytes = 512U << 20U;
    bool die_with_parent = false;
    bool help = false;
    Settings settings;
};

// Throws std::invalid_argument for anything wrong on the command line.
Options parse_options(int argc, char** argv);
const char* usage();

}  // namespace lark_batch::sandbox
