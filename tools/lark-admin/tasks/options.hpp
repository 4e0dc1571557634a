// What `tasks render` and `tasks check` can be told.
#pragma once

#include <string>

#include "lib/config/option.hpp"

namespace lark_batch::admin {

// One of the three folders; the rest is about crontabs.
struct Rendering {
    std::string systemd;
    std::string cron;
    std::string kubernetes;
    config::Strings host_zones;  // empty: this host's
    bool cron_tz = false;        // the cron knows CRON_TZ
    std::string programs;        // empty: where this program is
};

struct Installed {
    config::Strings systemd_dirs;  // empty: those that systemd searches
    config::Strings cron_files;    // empty: /etc/crontab and /etc/cron.d
};

// tasks disable, enable, ended and failed.
struct Named {
    config::Strings names;  // of one task or unit
    std::string until;      // empty: until it is enabled
    std::string reason;
};

// Their positional arguments are called so; no other command has these.
inline constexpr const char* k_task_argument = "NAME";
inline constexpr const char* k_unit_argument = "UNIT";
inline constexpr const char* k_ended_argument = "TASK";

void declare_disable(config::OptionSet& set, Named& named);
void declare_task_name(config::OptionSet& set, Named& named);
void declare_ended_task(config::OptionSet& set, Named& named);
void declare_unit_name(config::OptionSet& set, Named& named);
void declare_render(config::OptionSet& set, Rendering& asked);
void declare_check(config::OptionSet& set, Rendering& asked,
                   Installed& installed);

}  // namespace lark_batch::admin
