// What lark-run costs around a command that costs nothing, with its database
// and the Pushgateway on the same machine.
#include <iomanip>
#include <sstream>

#include "bench/figures.hpp"
#include "bench/quiet.hpp"
#include "bench/starting.hpp"
#include "tests/support/pushgateway.hpp"

namespace lark_batch::bench {

namespace {

constexpr double k_most_ms = 15;

// As programs find it by default: through its socket.
std::string configuration(const Workplace& place, const std::string& database,
                          const test::Pushgateway& gateway) {
    const auto& server = place.server();
    return "state_directory = \"" + (place.dir() / "wrapped").string() +
           "\"\n[database]\nurl = \"postgresql://app@/" + database +
           "?host=" + server.folder().string() +
           "&port=" + std::to_string(server.port()) +
           "\"\n[pushgateway]\nurl = \"" + gateway.url() + "\"\n";
}

struct Way {
    std::string name;
    Start start;
    std::vector<double> times{};  // ms
};

std::vector<Way> ways(const Workplace& place, const std::string& file,
                      const std::string& database) {
    const std::string lock = (place.dir() / "flock").string();
    return {{"the bare command", {{"/bin/true"}}},
            {"lark-run",
             {{place.program("lark-run"), "--config", file, "--task", "bench",
               "--", "/bin/true"}}},
            {"flock -n", {{"/usr/bin/flock", "-n", lock, "/bin/true"}}},
            {"its output through a pipe",
             {{"/bin/sh", "-c", "\"$@\" 2>&1 | cat", "sh", "/bin/true"}}},
            {"psql, one SELECT",
             {{test::PostgresServer::program("psql"), "-qXc", "SELECT 1",
               place.server().url(database)}}}};
}

}  // namespace

std::vector<Figure> wrapping_figures(Workplace& place, const Options& options) {
    const test::Pushgateway gateway;
    const std::string database = place.migrated_database();
    const auto file = place.dir().write(
        "wrapped.toml", configuration(place, database, gateway));
    std::vector<Way> all = ways(place, file.string(), database);
    const Quiet quiet{options.lock};
    for (int round = 0; round < options.starts; ++round) {
        for (Way& way : all) {
            way.times.push_back(start_ms(way.start));
        }
    }
    const double bare = median(all.front().times);
    const double ours = median(all[1].times);
    for (const Way& way : all) {
        const double time = median(way.times);
        std::ostringstream line;
        line << std::fixed << std::setprecision(1) << way.name << ": " << time
             << " ms; lark-run takes " << ours / time << " times that";
        tell(line.str());
    }
    place.drop(database);
    return {limit_figure("10 lark-run, beyond the bare command",
                         {ours - bare, "ms"}, Wanted::at_most, k_most_ms)};
}

}  // namespace lark_batch::bench
