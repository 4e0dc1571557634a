#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace lark_batch;
using test::read_file;
using test::TempDir;

namespace {

namespace fs = std::filesystem;

constexpr const char* k_marker =
    "# Made by lark-admin tasks render; changes are lost\n";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class Renderer {
public:
    explicit Renderer(const std::string& registry = "") { configure(registry); }

    void configure(const std::string& registry) const {
        m_dir.write("lark-batch.toml", registry);
        fs::create_directory(out());
    }
    test::Finished operator()(std::vector<std::string> arguments) const {
        arguments.insert(
            arguments.begin(),
            {LARK_ADMIN_BINARY, "--config",
             (m_dir / "lark-batch.toml").string(), "tasks", "render"});
        return test::run(arguments);
    }
    // Into the folder out/.
    test::Finished to(const std::string& kind,
                      std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"--" + kind, out().string()});
        return (*this)(more);
    }
    fs::path out() const { return m_dir / "out"; }
    std::string file(const std::string& name) const {
        return read_file(out() / name);
    }
    std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator{out()}) {
            if (entry.is_regular_file()) {
                found[fs::relative(entry.path(), out())] =
                    read_file(entry.path());
            }
        }
        return found;
    }

private:
    TempDir m_dir;
};

constexpr const char* k_custom = R"(
[tasks.backup]
schedule = "15 2 1 * mon"
timezone = "Europe/Berlin"
timeout = "30m"
kill_after = "2m"
jitter = "90s"
misfire_grace_seconds = 5
command = ["backup"]
[tasks.endless]
command = ["true"]
[tasks.elsewhere]
schedule = "@daily"
[tasks.cleanup]
enabled = false
)";

}  // namespace

TEST_CASE("tasks render: drop-ins for systemd") {
    const Renderer render{k_custom};
    const auto done = render.to("systemd");
    CHECK(done.exit_code == 0);
    CHECK(done.err == "");
    CHECK(render.files().size() == 13);
    CHECK(render.file("lark-task@backup.timer.d/50-lark-batch.conf") ==
          std::string{k_marker} +
              "# backup: on the 1st and every Monday at 02:15, Europe/Berlin\n"
              "[Timer]\nOnCalendar=\n"
              "OnCalendar=*-*-01 02:15:00 Europe/Berlin\n"
              "OnCalendar=Mon *-*-* 02:15:00 Europe/Berlin\n"
              "RandomizedDelaySec=90s\n");
    CHECK(render.file("lark-task@backup.service.d/50-lark-batch.conf") ==
          std::string{k_marker} +
              "# backup: a run ends by itself after 30m\n"
              "[Service]\nTimeoutStartSec=33m\n");
    CHECK(has(render.file("lark-task@endless.service.d/50-lark-batch.conf"),
              "\nTimeoutStartSec=infinity\n"));
    CHECK_FALSE(fs::exists(render.out() / "lark-task@endless.timer.d"));
    CHECK(has(render.file("lark-cleanup.timer.d/50-lark-batch.conf"),
              "# It is disabled in the configuration"));
    CHECK(has(done.out, "\ncleanup is disabled in the configuration\n"));
    CHECK(has(done.out, "\nelsewhere has no command in the configuration\n"));
    CHECK(has(done.out,
              "next: systemctl daemon-reload && systemctl enable --now "
              "lark-task@backup.timer lark-check-tokens.timer "));
    struct stat status {};
    REQUIRE(
        stat((render.out() / "lark-cleanup.timer.d/50-lark-batch.conf").c_str(),
             &status) == 0);
    CHECK((status.st_mode & 0777U) == 0644U);
}

TEST_CASE("tasks render: what is as wanted is left, what is gone is removed") {
    const Renderer render{k_custom};
    render.to("systemd");
    const auto before = render.files();
    const auto second = render.to("systemd");
    CHECK(has(second.out, "13 files were as wanted already\n"));
    CHECK_FALSE(has(second.out, "wrote"));
    CHECK(render.files() == before);
    // A person's own drop-in in the same folder, and one of our name.
    const fs::path own = render.out() / "lark-task@backup.timer.d" / "own.conf";
    std::ofstream{own} << "[Timer]\n";
    const fs::path foreign =
        render.out() / "lark-task@other.timer.d" / "50-lark-batch.conf";
    fs::create_directory(foreign.parent_path());
    std::ofstream{foreign} << "[Timer]\n";
    render.configure("");
    const auto third = render.to("systemd", {"--json"});
    CHECK(has(third.out, "lark-task@backup.service.d/50-lark-batch.conf"));
    CHECK(render.files().size() == 10);
    CHECK(fs::exists(own));
    CHECK(fs::exists(foreign));
    CHECK_FALSE(fs::exists(render.out() / "lark-task@backup.service.d"));
}

TEST_CASE("tasks render: nobody's own file is overwritten") {
    const Renderer render;
    const fs::path own = render.out() / "lark-batch";
    std::ofstream{own} << "# mine\n";
    const auto refused = render.to("cron");
    CHECK(refused.exit_code == 1);
    CHECK(has(refused.err, "was not made by this command"));
    CHECK(read_file(own) == "# mine\n");
    fs::remove(own);
    // A unit that is masked is somebody's decision.
    const fs::path folder = render.out() / "lark-sync-users.timer.d";
    fs::create_directory(folder);
    fs::create_symlink("/dev/null", folder / "50-lark-batch.conf");
    CHECK(render.to("systemd").exit_code == 1);
    CHECK(render.files().empty());
}

TEST_CASE("tasks render: a crontab for hosts in several zones") {
    const Renderer render{k_custom};
    REQUIRE(render
                .to("cron", {"--host-zone", "UTC", "--host-zone",
                             "Europe/Berlin", "--programs", "/opt/50%/bin"})
                .exit_code == 0);
    const std::string text = render.file("lark-batch");
    CHECK(text.starts_with(k_marker));
    CHECK(has(text, "\nSHELL=/bin/sh\n"));
    CHECK(has(text, "\nMAILTO=root\n"));
    CHECK(has(text,
              "\n15 0-2 1 * 1 lark-batch test -x /opt/50\\%/bin/lark-run -a -e "
              "/etc/lark-batch/lark-batch.toml -a ! -d /run/systemd/system && "
              "/opt/50\\%/bin/lark-run --task backup --trigger cron "
              "--when-due\n"));
    CHECK(has(text,
              "\n# cleanup: at 03:00, Asia/Shanghai\n"
              "# It is disabled in the configuration.\n"));
    // Due in the hour that Berlin's clock repeats in autumn, when crons pass
    // over lines of fixed hours.
    CHECK(has(text, "Asia/Shanghai\n0 * * * * lark-batch test -x "));
    CHECK_FALSE(has(text, "lark-cleanup"));
    CHECK_FALSE(has(text, "endless"));
    CHECK(has(text, "\n# It has no command in the configuration.\n"));
    CHECK_FALSE(has(text, "--task elsewhere"));
    REQUIRE(render.to("cron", {"--cron-tz"}).exit_code == 0);
    const std::string zoned = render.file("lark-batch");
    CHECK(has(zoned, "\nCRON_TZ=Asia/Shanghai\n\n# check_tokens"));
    CHECK(has(zoned, "\nCRON_TZ=Europe/Berlin\n\n# backup"));
    CHECK(has(zoned, "\n15 2 1 * 1 lark-batch "));
    // Without --programs: beside this one.
    CHECK(has(zoned, fs::path{LARK_ADMIN_BINARY}.parent_path().string() +
                         "/lark-run --task backup"));
}

TEST_CASE("tasks render: CronJobs") {
    const Renderer render{k_custom};
    const auto done = render.to("kubernetes");
    REQUIRE(done.exit_code == 0);
    const std::string text = render.file("cronjobs.yaml");
    CHECK(has(text, "\n  name: lark-task-backup\n"));
    CHECK(has(text, "\n  schedule: \"15 2 1 * 1\"\n"));
    CHECK(has(text, "\n  timeZone: Europe/Berlin\n"));
    // Kubernetes looks every ten seconds.
    CHECK(has(text, "\n  startingDeadlineSeconds: 10\n"));
    CHECK(has(text, "\n      activeDeadlineSeconds: 2040\n"));
    CHECK(has(text,
              "                - lark-run\n              args:\n"
              "                - --task\n                - backup\n"
              "                - --trigger=container\n"));
    const auto cleanup = text.find("name: lark-cleanup");
    CHECK(text.find("suspend: true") > cleanup);
    CHECK(text.find("suspend: true") < text.find("name: lark-healthcheck"));
    CHECK_FALSE(has(text, "endless"));
    CHECK_FALSE(has(text, "elsewhere"));
    render.configure(
        "[tasks.a-b]\nschedule = \"@daily\"\ncommand=[\"x\"]\n"
        "[tasks.a_b]\nschedule = \"@daily\"\ncommand=[\"x\"]\n");
    const auto twins = render.to("kubernetes");
    CHECK(twins.exit_code == 78);
    CHECK(has(twins.err, "two tasks would both be the CronJob"));
}

TEST_CASE("tasks render: says what is wrong with the command line") {
    const Renderer render;
    CHECK(render({}).exit_code == 64);
    CHECK(render({"--cron", "/tmp", "--systemd", "/tmp"}).exit_code == 64);
    const auto nowhere = render({"--cron", "/nonexistent/x"});
    CHECK(nowhere.exit_code == 64);
    CHECK(has(nowhere.err, "'/nonexistent/x' is no folder"));
    CHECK(render.to("cron", {"--host-zone", "Mars/Base"}).exit_code == 64);
    CHECK(render.to("cron", {"--programs", "/opt/a b"}).exit_code == 64);
}

TEST_CASE("tasks render: systemd takes the drop-ins without a word") {
    const Renderer render{k_custom};
    const fs::path units = LARK_SYSTEMD_FOLDER;
    for (const auto& entry : fs::directory_iterator{units}) {
        const auto ending = entry.path().extension();
        if (ending == ".service" || ending == ".timer") {
            // verify wants programs that are there.
            std::string text = read_file(entry.path());
            for (auto at = text.find("/usr/bin/"); at != text.npos;
                 at = text.find("/usr/bin/", at + 1)) {
                text.replace(at, text.find_first_of(" \n", at) - at,
                             "/usr/bin/true");
            }
            std::ofstream{render.out() / entry.path().filename()} << text;
        }
    }
    REQUIRE(render.to("systemd").exit_code == 0);
    const std::string analyze =
        test::find_program("systemd-analyze", "systemd").string();
    const std::vector<std::string> command{analyze,
                                           "verify",
                                           "--man=no",
                                           "lark-task@backup.timer",
                                           "lark-task@backup.service",
                                           "lark-sync-users.timer"};
    const test::Environment path{
        {"SYSTEMD_UNIT_PATH", render.out().string() + ":"}};
    const auto said = test::run(command, path);
    CHECK(said.exit_code == 0);
    CHECK(said.out + said.err == "");
    std::ofstream{render.out() / "lark-task@backup.timer.d" / "60.conf"}
        << "[Timer]\nOnCalender=daily\n";
    CHECK(has(test::run(command, path).err, "OnCalender"));
}
