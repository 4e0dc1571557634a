#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "lib/text/strings.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/lark-admin/tasks/unit_files.hpp"

using namespace lark_batch;
using test::read_file;
using test::TempDir;

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* k_backup = R"(
[tasks.backup]
schedule = "15 2 * * *"
timezone = "Europe/Berlin"
timeout = "30m"
command = ["backup"]
)";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

test::Finished tasks_command(const fs::path& configuration,
                             std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {LARK_ADMIN_BINARY, "--config",
                                         configuration.string(), "tasks"});
    return test::run(arguments);
}

// The drop-ins of k_backup's tasks: they are written with care, which takes a
// moment.
fs::path rendered_once() {
    static const TempDir dir;
    const fs::path folder = dir / "rendered";
    if (fs::create_directory(folder)) {
        const auto file = dir.write("lark-batch.toml", k_backup);
        const auto done =
            tasks_command(file, {"render", "--systemd", folder.string()});
        REQUIRE(done.exit_code == 0);
    }
    return folder;
}

// A host's folders of units, with the shipped units and their timers enabled.
class Host {
public:
    explicit Host(const std::string& registry = k_backup) {
        configure(registry);
        fs::copy(rendered_once(), etc(), fs::copy_options::recursive);
        fs::create_directory(usr());
        for (const auto& unit : fs::directory_iterator{LARK_SYSTEMD_FOLDER}) {
            fs::copy(unit.path(), usr());
        }
        for (const char* unit :
             {"lark-sync-users", "lark-check-tokens", "lark-cleanup",
              "lark-healthcheck", "lark-task@backup"}) {
            enable(unit);
        }
    }

    void configure(const std::string& registry) const {
        m_dir.write("lark-batch.toml", registry);
    }
    void enable(const std::string& unit) const {
        const fs::path wants = etc() / "timers.target.wants";
        fs::create_directories(wants);
        fs::create_symlink(usr() / (unit + ".timer"),
                           wants / (unit + ".timer"));
    }
    void disable(const std::string& unit) const {
        fs::remove(etc() / "timers.target.wants" / (unit + ".timer"));
    }
    void drop_in(const std::string& unit, const std::string& text,
                 const std::string& name = "60-own.conf") const {
        fs::create_directories(etc() / (unit + ".d"));
        std::ofstream{etc() / (unit + ".d") / name} << text;
    }
    // What `tasks check` says of each task.
    json check(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"check", "--json"});
        const auto done = run(more);
        const json said = json::parse(done.out);
        CHECK(said.at("schema_version") == 1);
        CHECK(said.at("agrees") == (done.exit_code == 0));
        json tasks;
        for (const auto& task : said.at("tasks")) {
            tasks[task.at("task").get<std::string>()] = task;
        }
        return tasks;
    }
    json check_units(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"--systemd-dir", etc().string(),
                                   "--systemd-dir", usr().string()});
        return check(more);
    }
    // A crontab whose user is there on every machine.
    std::string crontab(std::vector<std::string> options) const {
        options.insert(options.begin(), {"render", "--cron", etc().string()});
        REQUIRE(run(options).exit_code == 0);
        std::string text = read_file(etc() / "lark-batch");
        for (auto at = text.find(" lark-batch test"); at != text.npos;
             at = text.find(" lark-batch test")) {
            text.replace(at, 16, " root test");
        }
        return text;
    }
    json check_cron(const std::string& text,
                    std::vector<std::string> more = {}) const {
        const auto file = m_dir.write("crontab", text);
        fs::permissions(file, fs::perms{0644});
        more.insert(more.begin(), {"--cron-file", file.string()});
        return check(more);
    }
    test::Finished run(const std::vector<std::string>& arguments) const {
        return tasks_command(m_dir / "lark-batch.toml", arguments);
    }
    fs::path etc() const { return m_dir / "etc"; }
    fs::path usr() const { return m_dir / "usr"; }

private:
    TempDir m_dir;
};

std::string replaced(std::string text, const std::string& from,
                     const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != text.npos);
    return text.replace(at, from.size(), to);
}

std::string fault(const json& tasks, const std::string& name) {
    const json& faults = tasks.at(name).at("faults");
    CHECK(tasks.at(name).at("state") == "differs");
    return faults.empty() ? "" : faults[0].get<std::string>();
}

}  // namespace

TEST_CASE("tasks check: the shipped units are what the registry says") {
    const Host host{""};
    host.disable("lark-task@backup");
    fs::remove_all(host.etc() / "lark-sync-users.timer.d");
    fs::remove_all(host.etc() / "lark-check-tokens.timer.d");
    fs::remove_all(host.etc() / "lark-cleanup.timer.d");
    fs::remove_all(host.etc() / "lark-healthcheck.timer.d");
    const json tasks = host.check_units();
    CHECK(tasks.size() == 4);
    for (const auto& [name, task] : tasks.items()) {
        CAPTURE(task.dump());
        CHECK(task.at("state") == "agrees");
        CHECK(task.at("clocks") == json{"timer"});
    }
}

TEST_CASE("tasks check: rendered drop-ins agree, by meaning") {
    const Host host;
    json tasks = host.check_units();
    CHECK(tasks.at("backup").at("state") == "agrees");
    host.drop_in("lark-healthcheck.timer",
                 "[Timer]\nOnCalendar=\nOnCalendar=*:0/10 Asia/Shanghai\n"
                 "OnCalendar=*:5/10 Asia/Shanghai\n");
    tasks = host.check_units();
    CAPTURE(tasks.dump());
    CHECK(tasks.at("healthcheck").at("state") == "agrees");
}

TEST_CASE("tasks check: a timer of other times is told") {
    const Host host;
    SUBCASE("another time") {
        host.drop_in("lark-cleanup.timer",
                     "[Timer]\nOnCalendar=\n# now\n"
                     "OnCalendar=*-*-* \\\n  04:00:00 Asia/Shanghai\n");
        const std::string told = fault(host.check_units(), "cleanup");
        CHECK(has(told, "lark-cleanup.timer is due 20"));
        CHECK(has(told, " 04:00 CST, the registry says 20"));
    }
    SUBCASE("a second line") {
        host.drop_in("lark-cleanup.timer",
                     "[Timer]\nOnCalendar=*-*-* 04:00:00 Asia/Shanghai\n");
        CHECK(has(fault(host.check_units(), "cleanup"), " 04:00 CST"));
    }
    SUBCASE("another zone") {
        host.drop_in("lark-cleanup.timer",
                     "[Timer]\nOnCalendar=\nOnCalendar=*-*-* 03:00:00 UTC\n");
        CHECK(has(fault(host.check_units(), "cleanup"), " 11:00 CST"));
    }
    SUBCASE("a line that nobody understands") {
        host.drop_in("lark-cleanup.timer",
                     "[Timer]\nOnCalendar=\nOnCalendar=sometimes\n");
        CHECK(has(fault(host.check_units(), "cleanup"), "does not explain"));
    }
    SUBCASE("no drop-in for a task of the user's") {
        fs::remove_all(host.etc() / "lark-task@backup.timer.d");
        CHECK(fault(host.check_units(), "backup") ==
              "lark-task@backup.timer has no OnCalendar= line");
    }
    SUBCASE("after the registry changed") {
        host.configure(replaced(k_backup, "15 2", "15 3"));
        CHECK(has(fault(host.check_units(), "backup"), " 02:15 CE"));
    }
    SUBCASE("the same time, but not at all hours of all days") {
        host.drop_in("lark-healthcheck.timer",
                     "[Timer]\nOnCalendar=\n"
                     "OnCalendar=Mon..Sat *:0/5 Asia/Shanghai\n");
        CHECK(has(fault(host.check_units(), "healthcheck"), "is due 20"));
    }
    SUBCASE("another clock in the same timer") {
        host.drop_in("lark-cleanup.timer", "[Timer]\nOnBootSec=5min\n");
        CHECK(fault(host.check_units(), "cleanup") ==
              "lark-cleanup.timer has OnBootSec=, too");
    }
}

TEST_CASE("tasks check: a timer or service of other limits is told") {
    const Host host;
    SUBCASE("a longer delay") {
        host.drop_in("lark-cleanup.timer",
                     "[Timer]\nRandomizedDelaySec=1h 30min\n");
        CHECK(fault(host.check_units(), "cleanup") ==
              "lark-cleanup.timer delays by up to 1h 30min, the registry by "
              "10m");
    }
    SUBCASE("no stamp, by which a run by hand is told from a late one") {
        host.drop_in("lark-cleanup.timer", "[Timer]\nPersistent=no\n");
        CHECK(has(fault(host.check_units(), "cleanup"), "no Persistent=yes"));
    }
    SUBCASE("too little time to end in, for all services of that prefix") {
        host.drop_in("lark-.service", "[Service]\nTimeoutStartSec=2h\n");
        const json tasks = host.check_units();
        CHECK(has(fault(tasks, "cleanup"),
                  "lark-cleanup.service has TimeoutStartSec=2h, and the task "
                  "itself a limit of 2h"));
        CHECK(tasks.at("healthcheck").at("state") == "agrees");
    }
    SUBCASE("a limit of systemd's for a task without one") {
        host.configure(replaced(k_backup, "timeout = \"30m\"", ""));
        CHECK(has(fault(host.check_units(), "backup"), "no limit"));
    }
    SUBCASE("a service that is masked") {
        fs::create_symlink("/dev/null", host.etc() / "lark-cleanup.service");
        CHECK(fault(host.check_units(), "cleanup") ==
              "lark-cleanup.service is missing or masked");
    }
    SUBCASE("a timer whose task is gone") {
        host.configure("");
        CHECK(has(fault(host.check_units(), "lark-task@backup.timer"),
                  "not in the configuration"));
    }
    SUBCASE("a timer whose task has no schedule") {
        host.configure("[tasks.backup]\n");
        const json tasks = host.check_units();
        CHECK(has(fault(tasks, "backup"), "no schedule"));
        CHECK(tasks.at("backup").at("hint") ==
              "systemctl disable --now lark-task@backup.timer");
    }
}

TEST_CASE("tasks check: what nobody starts is not installed") {
    const Host host;
    host.disable("lark-sync-users");
    fs::create_symlink("/dev/null", host.etc() / "lark-cleanup.timer");
    const json tasks = host.check_units();
    CHECK(tasks.at("sync_users").at("state") == "not installed");
    CHECK(tasks.at("sync_users").at("hint") ==
          "systemctl enable --now lark-sync-users.timer");
    CHECK(tasks.at("cleanup").at("state") == "not installed");
    const auto shown = host.run(
        {"check", "--systemd-dir", host.etc(), "--systemd-dir", host.usr()});
    CHECK(shown.exit_code == 1);
    CHECK(has(shown.out, "sync_users    -      not installed\n"));
    CHECK(has(shown.out, "\nsync_users: nothing starts it here\n    hint: "));
    host.configure(
        "[tasks.other]\nschedule = \"@daily\"\n"
        "[tasks.sync_users]\nenabled = false\n");
    CHECK(host.check_units().at("other").at("hint") ==
          "set [tasks.other] command");
    CHECK(host.check_units().at("sync_users").at("state") == "agrees");
}

TEST_CASE("tasks check: a crontab is right on the hosts it was made for") {
    const Host host;
    const std::vector<std::string> both{"--host-zone", "UTC", "--host-zone",
                                        "Europe/Berlin"};
    const std::string text = host.crontab(both);
    json tasks = host.check_cron(text, both);
    CAPTURE(tasks.dump());
    for (const auto& [name, task] : tasks.items()) {
        CHECK(task.at("state") == "agrees");
        CHECK(task.at("clocks") == json{"cron"});
    }
    tasks = host.check_cron(text, {"--host-zone", "America/New_York"});
    CHECK(has(fault(tasks, "cleanup"), "no line is due at 20"));
    CHECK(has(fault(tasks, "cleanup"), "on a host in America/New_York"));
    CHECK(tasks.at("healthcheck").at("state") == "agrees");
}

TEST_CASE("tasks check: what is wrong with a crontab is told") {
    const Host host;
    const std::vector<std::string> zone{"--host-zone", "Asia/Shanghai"};
    const std::string text = host.crontab(zone);
    SUBCASE("a stale line") {
        const json tasks =
            host.check_cron(replaced(text, "\n0 3 * * *", "\n0 4 * * *"), zone);
        CHECK(has(fault(tasks, "cleanup"), "crontab:"));
        CHECK(has(fault(tasks, "cleanup"), "no line is due at 20"));
    }
    SUBCASE("a line that leaves out an hour of one day in the week") {
        const json tasks = host.check_cron(
            "*/5 0-4,6-23 * * * root lark-healthcheck --when-due\n"
            "*/5 5 * * 1-6 root lark-healthcheck --when-due\n",
            zone);
        CHECK(has(fault(tasks, "healthcheck"), "no line is due at 20"));
        CHECK(has(fault(tasks, "healthcheck"), " 05:"));
    }
    SUBCASE("a missing line") {
        const json tasks =
            host.check_cron(replaced(text, "\n0 3 * * *", "\n#"), zone);
        CHECK(tasks.at("cleanup").at("state") == "not installed");
    }
    SUBCASE("more minutes than the task's, without --when-due") {
        const std::string line = "0 3,4 * * * root /usr/bin/lark-cleanup\n";
        CHECK(has(fault(host.check_cron(line, zone), "cleanup"),
                  " 04:00 CST, the registry says 20"));
        const std::string right = "0 3 * * * root /usr/bin/lark-cleanup\n";
        CHECK(host.check_cron(right, zone).at("cleanup").at("state") ==
              "agrees");
        CHECK(host.check_cron("@daily root lark-run --task=backup\n", zone)
                  .at("backup")
                  .at("state") == "differs");
    }
    SUBCASE("CRON_TZ, where the cron may not know it") {
        const std::string zoned = host.crontab({"--cron-tz"});
        CHECK(has(
            fault(host.check_cron(zoned, {"--host-zone", "UTC"}), "cleanup"),
            "(--cron-tz: it does)"));
        CHECK(host.check_cron(zoned, {"--host-zone", "UTC", "--cron-tz"})
                  .at("cleanup")
                  .at("state") == "agrees");
    }
    SUBCASE("a user who is not there, for whom cron drops the file") {
        const json tasks =
            host.check_cron(replaced(text, " root ", " nosuchuser "), zone);
        CHECK(has(fault(tasks, "backup"), "the user 'nosuchuser'"));
    }
    SUBCASE("a task of nobody's") {
        const json tasks =
            host.check_cron("0 1 * * * root lark-run --task old\n", zone);
        CHECK(has(fault(tasks, "old"), "not in the configuration"));
    }
    SUBCASE("a line that cannot be read") {
        const json tasks =
            host.check_cron("61 1 * * * root lark-cleanup\n", zone);
        CHECK(has(fault(tasks, "cleanup"), "'61'"));
    }
}

TEST_CASE("tasks check: timers of shards start the task, others are not ours") {
    const Host host;
    for (const char* kind : {"timer", "service"}) {
        fs::copy(host.usr() / ("lark-sync-users." + std::string{kind}),
                 host.usr() / ("lark-sync-users@." + std::string{kind}));
    }
    fs::copy(host.usr() / "lark-cleanup.timer", host.usr() / "lark-else.timer");
    host.enable("lark-else");
    host.enable("lark-sync-users@1of2");
    CHECK(has(fault(host.check_units(), "sync_users"), "beside its shards"));
    host.disable("lark-sync-users");
    json tasks = host.check_units();
    CHECK(tasks.at("sync_users").at("state") == "agrees");
    CHECK(tasks.size() == 5);
    host.configure("[tasks.sync_users]\nschedule = \"0 */2 * * *\"\n");
    tasks = host.check_units();
    CHECK(has(fault(tasks, "sync_users"), "lark-sync-users@1of2.timer is due"));
    CHECK(has(tasks.at("sync_users").at("hint"), "lark-sync-users@.timer"));
}

TEST_CASE("tasks check: two clocks at once start everything twice") {
    const Host host;
    const std::vector<std::string> zone{"--host-zone", "Asia/Shanghai"};
    const auto both = [&](const std::string& crontab) {
        return host.check_cron(crontab,
                               {"--host-zone", "Asia/Shanghai", "--systemd-dir",
                                host.etc(), "--systemd-dir", host.usr()});
    };
    // Lines that do nothing where systemd runs are no second clock.
    CHECK(both(host.crontab(zone)).at("cleanup").at("state") == "agrees");
    const json tasks = both("0 3 * * * root lark-cleanup --when-due\n");
    CHECK(tasks.at("cleanup").at("state") == "two clocks");
    CHECK(has(tasks.at("cleanup").at("hint"),
              "systemctl disable --now lark-cleanup.timer"));
}
