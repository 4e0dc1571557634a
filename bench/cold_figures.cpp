// A first sync and an unchanged repeat beside the floor, in turns, so that a
// machine that is busy for a while slows all of them down.
#include <algorithm>

#include "bench/curl_floor.hpp"
#include "bench/figures.hpp"
#include "bench/node_script.hpp"
#include "bench/quiet.hpp"

namespace lark_batch::bench {

namespace {

struct Rounds {
    std::vector<double> fetch{};
    std::vector<double> copy{};
    std::vector<double> floor{};
    std::vector<double> cold{};
    std::vector<double> cold_cpu{};
    std::vector<double> repeat{};
    double cold_kib = 0;
    double rows_of_repeats = 0;
};

void play(Workplace& place, const PlayedApi& api, const CurlFloor& floor,
          Rounds& rounds) {
    const std::string database = place.migrated_database();
    const double fetch = floor.fetch_seconds();
    const double copy = floor.copy_seconds();
    rounds.fetch.push_back(fetch);
    rounds.copy.push_back(copy);
    rounds.floor.push_back(fetch + copy);
    const auto cold = place.sync(api, database);
    rounds.cold.push_back(cold.seconds);
    rounds.cold_cpu.push_back(cold.cpu_seconds);
    rounds.cold_kib =
        std::max(rounds.cold_kib, static_cast<double>(cold.max_rss_kib));
    const double before = place.rows_written(database);
    rounds.repeat.push_back(place.sync(api, database).seconds);
    rounds.rows_of_repeats += place.rows_written(database) - before;
    place.drop(database);
}

void tell_all(const Rounds& rounds) {
    tell(spread("curl fetches", rounds.fetch));
    tell(spread("psql copies", rounds.copy));
    tell(spread("cold sync", rounds.cold));
    tell(spread("unchanged repeat", rounds.repeat));
}

void add_node_figures(std::vector<Figure>& figures, Workplace& place,
                      const PlayedApi& api, const Rounds& rounds,
                      const Options& options) {
    const NodeScript script;
    if (!script.missing().empty()) {
        figures.push_back(not_measured("1 beside Node SDK", script.missing()));
        return;
    }
    const Quiet quiet{options.lock};
    const auto node = script.run(place, api, options.people);
    figures.push_back(ratio_figure("1 CPU, beside Node SDK",
                                   {median(rounds.cold_cpu), "s"},
                                   {node.cpu_seconds, "s"}, {1.0 / 6}));
    figures.push_back(ratio_figure(
        "1 memory, beside Node SDK", {rounds.cold_kib / 1024, "MiB"},
        {static_cast<double>(node.max_rss_kib) / 1024, "MiB"}, {1.0 / 3}));
    tell("Node script: " + std::to_string(node.seconds) + " s, " +
         std::to_string(node.seconds / median(rounds.floor)) +
         " times the floor");
}

}  // namespace

std::vector<Figure> cold_figures(Workplace& place, const Options& options) {
    const PlayedApi api{options.people, options.people / 20};
    const CurlFloor floor{place, api};
    tell("floor: " + std::to_string(floor.pages()) + " pages, " +
         std::to_string(floor.copy_bytes() >> 20) + " MiB of rows");
    Rounds rounds;
    for (int i = 0; i < options.rounds; ++i) {
        const Quiet quiet{options.lock};
        play(place, api, floor, rounds);
    }
    tell_all(rounds);
    const double fetch = median(rounds.fetch);
    std::vector<Figure> figures{
        ratio_figure("1 cold sync, beside floor", {median(rounds.cold), "s"},
                     {median(rounds.floor), "s"}, {1.5, 1.0}),
        ratio_figure("2 unchanged repeat, beside fetch",
                     {median(rounds.repeat), "s"}, {fetch, "s"}, {2.0, 1.3}),
        limit_figure("2 rows written by repeats", {rounds.rows_of_repeats, ""},
                     Wanted::at_most, 0)};
    add_node_figures(figures, place, api, rounds, options);
    return figures;
}

}  // namespace lark_batch::bench
