// Many checks at once beside the distribution's monitoring plugins, and one
// check beside curl.
#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "bench/figures.hpp"
#include "bench/played_service.hpp"
#include "bench/quiet.hpp"
#include "bench/starting.hpp"

namespace lark_batch::bench {

namespace {

namespace fs = std::filesystem;

constexpr int k_web = 200;
constexpr int k_tcp = 20;
constexpr int k_slow = 10;  // of the web's
constexpr std::chrono::milliseconds k_delay{1000};
constexpr int k_rounds = 7;
const fs::path k_plugins = "/usr/lib/nagios/plugins";

std::string path_of(int number) {
    return number < k_slow ? "/slow" : "/health";
}

std::string configuration(const PlayedService& service) {
    std::string text;
    for (int i = 0; i < k_web; ++i) {
        text += "[[check]]\nname = \"web " + std::to_string(i) +
                "\"\nkind = \"http\"\nurl = \"" + service.url() + path_of(i) +
                "\"\n";
    }
    for (int i = 0; i < k_tcp; ++i) {
        text += "[[check]]\nname = \"port " + std::to_string(i) +
                "\"\nkind = \"tcp\"\naddress = \"127.0.0.1:" +
                std::to_string(service.port()) + "\"\n";
    }
    return text;
}

// The checks' arguments for xargs, a line each.
std::string plugin_lines(const PlayedService& service, int count, bool web) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += "-H 127.0.0.1 -p " + std::to_string(service.port()) +
                (web ? " -u " + path_of(i) : "") + "\n";
    }
    return text;
}

// All of them at once: no shell between xargs and a plugin.
std::string plugin_script(const test::TempDir& dir,
                          const PlayedService& service) {
    const auto part = [&](const std::string& plugin, int count, bool web) {
        const auto list =
            dir.write(plugin + ".list", plugin_lines(service, count, web));
        return "xargs -P " + std::to_string(count) + " -L 1 -a " +
               list.string() + " " + (k_plugins / plugin).string();
    };
    return part("check_http", k_web, true) + " &\nweb=$!\n" +
           part("check_tcp", k_tcp, false) + " && wait $web\n";
}

struct Cost {
    std::vector<double> extra;  // seconds beyond the slowest answer
    std::vector<double> cpu;    // seconds
    double peak_mib = 0;

    void add(const test::Finished& finished) {
        if (finished.exit_code != 0) {
            throw std::runtime_error("a check fails: " + finished.out +
                                     finished.err);
        }
        extra.push_back(finished.seconds -
                        std::chrono::duration<double>(k_delay).count());
        cpu.push_back(finished.cpu_seconds);
        peak_mib = std::max(peak_mib,
                            static_cast<double>(finished.max_rss_kib) / 1024);
    }
};

void tell_of(const std::string& who, const Cost& cost) {
    tell(spread(who + ", beyond the slowest", cost.extra));
    tell(spread(who + ", CPU", cost.cpu));
}

bool plugins_are_there() {
    return fs::exists(k_plugins / "check_http") &&
           fs::exists(k_plugins / "check_tcp");
}

std::vector<Figure> many_at_once(const Workplace& place,
                                 const PlayedService& service) {
    const auto file = place.dir().write("checks.toml", configuration(service));
    const std::vector<std::string> ours{place.program("lark-healthcheck"),
                                        "--config", file.string(),
                                        "--no-record", "--no-push"};
    const std::vector<std::string> theirs{"sh", "-c",
                                          plugin_script(place.dir(), service)};
    const bool compared = plugins_are_there();
    Cost our_cost;
    Cost their_cost;
    for (int i = 0; i < k_rounds; ++i) {
        our_cost.add(test::run(ours));
        if (compared) {
            their_cost.add(test::run(theirs));
        }
    }
    tell_of("lark-healthcheck", our_cost);
    const std::string cpu = "9 220 checks, CPU, beside plugins";
    std::vector<Figure> figures{
        limit_figure("9 220 checks, beyond the slowest",
                     {median(our_cost.extra) * 1e3, "ms"}, Wanted::at_most,
                     150),
        limit_figure("9 220 checks, peak memory", {our_cost.peak_mib, "MiB"},
                     Wanted::at_most, 32)};
    if (!compared) {
        figures.push_back(not_measured(
            cpu, "monitoring plugins; install 'monitoring-plugins-basic'"));
        return figures;
    }
    tell_of("plugins", their_cost);
    figures.push_back(ratio_figure(cpu, {median(our_cost.cpu) * 1e3, "ms"},
                                   {median(their_cost.cpu) * 1e3, "ms"},
                                   {0.5}));
    return figures;
}

}  // namespace

std::vector<Figure> check_figures(const Workplace& place,
                                  const Options& options) {
    const PlayedService service{k_delay};
    const std::string url = service.url() + "/health";
    const Start ours{{place.program("lark-healthcheck"), "http", url},
                     {{"LARK_BATCH_CONFIG", "/dev/null"}}};
    const Start curl{{test::find_program("curl", "curl").string(), "-s", "-o",
                      "/dev/null", url}};
    const Quiet quiet{options.lock};
    auto figures = many_at_once(place, service);
    figures.push_back(start_time_figure("9 one http check, time, beside curl",
                                        ours, curl, options.starts, 1.5));
    figures.push_back(
        instructions_figure("9 the same, instructions", ours, curl, 1.5));
    return figures;
}

}  // namespace lark_batch::bench
