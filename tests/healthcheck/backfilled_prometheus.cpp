#include "tests/healthcheck/backfilled_prometheus.hpp"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>

namespace lark_batch::test {

namespace {

// OpenMetrics, which promtool makes blocks of: the samples of one series
// stand together.
std::string written(const std::vector<PastSeries>& past) {
    constexpr int k_minutes = 60;
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    std::string text;
    for (const PastSeries& series : past) {
        for (int i = 0; i <= k_minutes; ++i) {
            text += fmt::format("{} {} {}\n", series.name,
                                series.first + series.each * i,
                                now - (k_minutes - i) * 60);
        }
    }
    return text + "# EOF\n";
}

}  // namespace

BackfilledPrometheus::BackfilledPrometheus(
    const std::vector<PastSeries>& past) {
    const auto samples = dir().write("past.txt", written(past));
    const auto config = dir().write("prometheus.yml", "global: {}\n");
    Command fill;
    fill.argv = {find_program("promtool", "prometheus"),
                 "tsdb",
                 "create-blocks-from",
                 "openmetrics",
                 samples,
                 dir() / "data"};
    fill.user = server_user();
    fill.working_dir = dir().path();
    const auto filled = run(fill);
    if (filled.exit_code != 0) {
        throw std::runtime_error("promtool: " + filled.out + filled.err);
    }
    m_command.argv = {
        find_program("prometheus", "prometheus"),
        "--config.file=" + config.string(),
        "--storage.tsdb.path=" + (dir() / "data").string(),
        "--web.listen-address=127.0.0.1:" + std::to_string(port())};
    start();
}

}  // namespace lark_batch::test
