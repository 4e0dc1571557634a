// What a program costs that does nothing: time and instructions of --version.
#include "bench/figures.hpp"
#include "bench/quiet.hpp"
#include "bench/starting.hpp"

namespace lark_batch::bench {

std::vector<Figure> start_figures(const Workplace& place,
                                  const Options& options) {
    const Start ours{{place.sync_program(), "--version"}};
    const Start psql{{test::PostgresServer::program("psql"), "--version"}};
    const Quiet quiet{options.lock};
    return {start_time_figure("5 --version, time, beside psql", ours, psql,
                              options.starts, 1.5),
            instructions_figure("5 --version, instructions, beside psql", ours,
                                psql, 1.5)};
}

}  // namespace lark_batch::bench
