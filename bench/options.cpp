#include "bench/options.hpp"

#include <stdexcept>

namespace lark_batch::bench {

namespace {

void apply_quick(Options& options) {
    options.figures = {1, 2, 5};
    options.rounds = 3;
    options.starts = 50;
}

}  // namespace

Options read_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--quick") {
            apply_quick(options);
            continue;
        }
        if (name == "--help") {
            options.help = true;
            continue;
        }
        if (i + 1 == argc) {
            throw std::invalid_argument("what is '" + name + "'?");
        }
        const std::string value = argv[++i];
        if (name == "--only") {
            options.figures = {std::stoi(value)};
        } else if (name == "--rounds") {
            options.rounds = std::stoi(value);
        } else if (name == "--tokens") {
            options.tokens = std::stoi(value);
        } else if (name == "--lock") {
            options.lock = value;
        } else if (name == "--programs") {
            options.programs = value;
        } else {
            throw std::invalid_argument("what is '" + name + "'?");
        }
    }
    return options;
}

std::string usage() {
    return "usage: bench/run [--quick] [--only FIGURE] [--rounds N]"
           " [--tokens N] [--lock FILE] [--programs FOLDER]\n\n"
           "  --quick        figures 1, 2 and 5, fewer rounds\n"
           "  --only FIGURE  1 cold sync, 2 unchanged repeat, 3 memory,\n"
           "                 4 rate windows, 5 start, 6 cleanup,\n"
           "                 7 token check, 8 token refresh, 9 health checks,\n"
           "                 10 a wrapped command\n"
           "  --rounds N     rounds of figures 1 and 2\n"
           "  --tokens N     tokens of figure 6, a fifth of them to delete\n"
           "  --lock FILE    hold this lock while the clock runs\n"
           "  --programs FOLDER  measure another build\n";
}

}  // namespace lark_batch::bench
