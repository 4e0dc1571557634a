#include "lib/config/checks.hpp"
#include "lib/config/shared_options.hpp"

namespace lark_batch::config {

void declare_alertmanager(OptionSet& set, AlertmanagerSettings& settings) {
    set.group("Alertmanager");
    set.add("alertmanager-urls", settings.urls)
        .key("alertmanager.urls")
        .help("addresses of the Alertmanager whose alerts are forwarded")
        .check(check_web_address)
        .sample("http://127.0.0.1:9093")
        .places(Places::file);
    set.add("alertmanager-user", settings.user)
        .key("alertmanager.user")
        .help("name for basic authentication, where it is asked for")
        .sample("lark-batch")
        .places(Places::file);
    set.add_secret("alertmanager-password", settings.password)
        .key("alertmanager.password")
        .help("password for basic authentication")
        .sample("/etc/lark-batch/credentials/alertmanager-password")
        .wanted_when([&settings] {
            return settings.password_wanted && settings.password_wanted();
        });
    set.after_loading([&settings] {
        std::erase(settings.urls, "");
        for (std::string& url : settings.urls) {
            drop_last_slashes(url);
        }
        return Found{};
    });
}

}  // namespace lark_batch::config
