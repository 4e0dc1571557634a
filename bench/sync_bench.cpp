// Prints the figures of the programs as ratios measured in the same run.
// Exit code 1 when a wanted bound is missed.
#include <exception>
#include <iostream>
#include <stdexcept>

#include "bench/facts.hpp"
#include "bench/figures.hpp"

namespace lark_batch::bench {

void tell(const std::string& line) {
    std::cout << "  " << line << std::endl;
}

namespace {

void add(std::vector<Figure>& all, std::vector<Figure> more) {
    all.insert(all.end(), more.begin(), more.end());
}

std::vector<Figure> measure(const Options& options) {
    const auto wanted = [&](int figure) {
        return options.figures.count(figure) != 0;
    };
    Workplace place{options.programs};
    std::vector<Figure> all;
    if (wanted(1) || wanted(2)) {
        add(all, cold_figures(place, options));
    }
    if (wanted(3)) {
        add(all, memory_figures(place, options));
    }
    if (wanted(4)) {
        add(all, rate_figures(place));
    }
    if (wanted(5)) {
        add(all, start_figures(place, options));
    }
    if (wanted(6)) {
        add(all, cleanup_figures(place, options));
    }
    if (wanted(7)) {
        add(all, token_read_figures(place, options));
    }
    if (wanted(8)) {
        add(all, token_refresh_figures(place));
    }
    if (wanted(9)) {
        add(all, check_figures(place, options));
    }
    if (wanted(10)) {
        add(all, wrapping_figures(place, options));
    }
    return all;
}

int run(int argc, char** argv) {
    const Options options = read_options(argc, argv);
    if (options.help) {
        std::cout << usage();
        return 0;
    }
    std::cout << machine_facts() << "\n";
    const auto figures = measure(options);
    std::cout << "\n" << table(figures);
    return all_within(figures) ? 0 : 1;
}

}  // namespace

}  // namespace lark_batch::bench

int main(int argc, char** argv) {
    try {
        return lark_batch::bench::run(argc, argv);
    } catch (const std::invalid_argument& error) {
        std::cerr << error.what() << "\n" << lark_batch::bench::usage();
        return 64;
    } catch (const std::exception& error) {
        std::cerr << "bench: " << error.what() << "\n";
        return 1;
    }
}
