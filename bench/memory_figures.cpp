#include <sys/resource.h>

#include <algorithm>

#include "bench/figures.hpp"
#include "bench/quiet.hpp"

namespace lark_batch::bench {

namespace {

// Of a first run and of a repeat, which loads what is known.
double peak_mib(Workplace& place, const Options& options, int people) {
    const PlayedApi api{people, people / 20, {"--no-record"}};
    const std::string database = place.migrated_database();
    const Quiet quiet{options.lock};
    const auto cold = place.sync(api, database);
    const auto repeat = place.sync(api, database);
    place.drop(database);
    tell(std::to_string(people) + " people: " + std::to_string(cold.seconds) +
         " s and " + std::to_string(cold.max_rss_kib) + " KiB, repeat " +
         std::to_string(repeat.seconds) + " s and " +
         std::to_string(repeat.max_rss_kib) + " KiB");
    return static_cast<double>(std::max(cold.max_rss_kib, repeat.max_rss_kib)) /
           1024;
}

// The kernel counts it into what it tells about a child.
double own_peak_mib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

std::vector<Figure> memory_figures(Workplace& place, const Options& options) {
    const double few = peak_mib(place, options, options.people);
    const double many = peak_mib(place, options, options.people * 10);
    tell("this program's own peak: " + std::to_string(own_peak_mib()) + " MiB");
    return {limit_figure("3 peak memory, 20,000 people", {few, "MiB"},
                         Wanted::at_most, 64),
            ratio_figure("3 the same, 200,000 people", {many, "MiB"},
                         {few, "MiB"}, {1.3})};
}

}  // namespace lark_batch::bench
