#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace lark_batch::bench {

struct Options {
    std::set<int> figures{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    int rounds = 5;
    int starts = 200;
    int people = 20'000;
    int tokens = 5'000'000;
    // Held while the clock runs, so that no build beside us disturbs it.
    std::filesystem::path lock{};
    // Where the programs to measure are.
    std::filesystem::path programs = BINARY_FOLDER;
    bool help = false;
};

// Throws std::invalid_argument.
Options read_options(int argc, char** argv);

std::string usage();

}  // namespace lark_batch::bench
