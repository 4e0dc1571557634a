#include "tools/lark-forward-alerts/options.hpp"

#include "lib/config/checks.hpp"

namespace lark_batch::forward_alerts {

void declare(config::OptionSet& set, Options& options) {
    using text::Milliseconds;
    const Milliseconds day{std::chrono::hours{24}};
    set.group("Alerts");
    set.add("watchdog", options.watchdog)
        .key("forward_alerts.watchdog")
        .help(
            "name of the alert that always fires: without it nothing counts "
            "as resolved, and people are told; empty is none")
        .places(config::Places::file);
    set.add("watchdog-after", options.watchdog_after)
        .key("forward_alerts.watchdog_after")
        .help("tell people when it has been missing for so long")
        .range(Milliseconds{0}, day)
        .places(config::Places::file);
    set.add("resolve-after", options.resolve_after)
        .key("forward_alerts.resolve_after")
        .help("an alert is over when it has been missing for so long")
        .range(Milliseconds{0}, day)
        .places(config::Places::file);
    set.add("dashboards-url", options.dashboards_url)
        .key("forward_alerts.dashboards_url")
        .help("address of Grafana, for links to an alert's dashboard")
        .check(config::check_web_address)
        .sample("https://grafana.example.com")
        .places(config::Places::file);
    set.after_loading([&options] {
        config::drop_last_slashes(options.dashboards_url);
        return config::Found{};
    });
}

}  // namespace lark_batch::forward_alerts
