#include "tools/lark-admin/tasks/options.hpp"

#include <algorithm>
#include <array>

#include "lib/config/checks.hpp"

namespace lark_batch::admin {

namespace {

using config::OptionSet;
using config::Places;

config::Option& shell_option(config::Option& option, const char* placeholder) {
    return option.placeholder(placeholder).places(Places::command_line);
}

config::Found check_one_folder(const Rendering& asked) {
    const std::array folders{&asked.systemd, &asked.cron, &asked.kubernetes};
    const auto given = std::ranges::count_if(
        folders, [](const std::string* folder) { return !folder->empty(); });
    if (given == 1) {
        return {};
    }
    return {{"", 0, 0,
             given == 0 ? "nothing says what to render"
                        : "--systemd, --cron and --kubernetes exclude each "
                          "other",
             "give one of --systemd, --cron and --kubernetes with a folder",
             errors::Kind::usage}};
}

void declare_hosts(OptionSet& set, Rendering& asked) {
    shell_option(set.add("host-zone", asked.host_zones), "ZONE")
        .help("zone of the hosts' clocks; this host's unless given")
        .check(config::check_timezone);
    set.add("cron-tz", asked.cron_tz)
        .help("the hosts' cron knows CRON_TZ (cronie does, Debian's does not)")
        .places(Places::command_line);
}

}  // namespace

void declare_disable(OptionSet& set, Named& named) {
    declare_task_name(set, named);
    shell_option(set.add("until", named.until), "TIME")
        .help("when it ends by itself: 2026-12-01T08:00, or 2h");
    shell_option(set.add("reason", named.reason), "TEXT")
        .help("why, for all who wonder");
}

void declare_task_name(OptionSet& set, Named& named) {
    set.add_positional(k_task_argument, named.names)
        .help("the task, such as sync_users")
        .placeholder("NAME");
}

void declare_ended_task(OptionSet& set, Named& named) {
    set.add_positional(k_ended_argument, named.names)
        .help("the task, such as sync_users");
}

void declare_unit_name(OptionSet& set, Named& named) {
    set.add_positional(k_unit_argument, named.names)
        .help("systemd's unit, such as lark-sync-users.service")
        .placeholder("UNIT");
}

void declare_render(OptionSet& set, Rendering& asked) {
    shell_option(set.add("systemd", asked.systemd), "DIR")
        .help("write drop-ins of timers and services, to /etc/systemd/system");
    shell_option(set.add("cron", asked.cron), "DIR")
        .help("write a crontab, to /etc/cron.d");
    shell_option(set.add("kubernetes", asked.kubernetes), "DIR")
        .help("write a manifest of CronJobs");
    declare_hosts(set, asked);
    shell_option(set.add("programs", asked.programs), "DIR")
        .help("folder of the programs in the crontab; this one's unless given")
        .check(config::check_folder);
    set.after_loading([&asked] { return check_one_folder(asked); });
}

void declare_check(OptionSet& set, Rendering& asked, Installed& installed) {
    shell_option(set.add("systemd-dir", installed.systemd_dirs), "DIR")
        .help(
            "folder of units, the most important first; those that systemd "
            "searches unless given");
    shell_option(set.add("cron-file", installed.cron_files), "FILE")
        .help("crontab with users; /etc/crontab and /etc/cron.d unless given");
    declare_hosts(set, asked);
}

}  // namespace lark_batch::admin
