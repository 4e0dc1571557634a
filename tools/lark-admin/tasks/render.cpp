#include "tools/lark-admin/tasks/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lib/errors/error.hpp"
#include "lib/files/files.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/rendered.hpp"
#include "tools/lark-admin/tasks/started_as.hpp"

namespace lark_batch::admin {

namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;
using Paths = std::vector<std::string>;

struct Done {
    Paths written;
    Paths unchanged;
    Paths removed;
};

struct Wanted {
    fs::path folder;
    std::vector<RenderedFile> files;
    std::string next;  // what the person does with them
};

std::vector<std::string> enabled_units(const config::TaskSettings& tasks) {
    std::vector<std::string> units;
    for (const auto& [name, task] : tasks) {
        if (task.enabled && !task.schedule.empty() &&
            can_be_started(name, task)) {
            units.push_back(unit_of(name) + ".timer");
        }
    }
    return units;
}

// A shell reads it.
void check_plain(const std::string& folder) {
    constexpr std::string_view special = " \t\n\"'`$&|;<>()*?[]{}~#!\\";
    if (folder.find_first_of(special) != folder.npos) {
        throw Error{Kind::usage,
                    "folder '" + folder + "' cannot stand in a crontab",
                    "install the programs where no blanks or signs of the "
                    "shell are in the path, or name another with --programs"};
    }
}

CronSurroundings surroundings_of(const Rendering& asked) {
    CronSurroundings found{{}, asked.cron_tz, asked.programs};
    for (const std::string& name : asked.host_zones) {
        found.zones.push_back(schedule::Zone::find(name));
    }
    if (found.zones.empty()) {
        found.zones.push_back(schedule::Zone::of_host());
    }
    if (found.programs.empty()) {
        found.programs =
            fs::read_symlink("/proc/self/exe").parent_path().string();
    }
    check_plain(found.programs);
    return found;
}

Wanted wanted(const Settings& settings) {
    const Rendering& asked = settings.rendering;
    const config::TaskSettings& tasks = settings.tasks;
    if (!asked.systemd.empty()) {
        return {asked.systemd, systemd_files(tasks),
                "systemctl daemon-reload && systemctl enable --now " +
                    text::join(enabled_units(tasks), " ")};
    }
    if (!asked.cron.empty()) {
        return {asked.cron,
                {cron_file(tasks, surroundings_of(asked),
                           clock::system_clock().now())},
                "nothing in /etc/cron.d: cron sees a changed file by itself"};
    }
    return {asked.kubernetes,
            {kubernetes_file(tasks)},
            "kubectl apply -k a folder that has it among its resources"};
}

bool is_ours(const std::string& content) {
    return content.starts_with(k_marker);
}

// Nothing when there is none. Throws when it is somebody else's.
std::optional<std::string> present_content(const fs::path& path) {
    if (!fs::exists(fs::symlink_status(path))) {
        return {};
    }
    std::string content = files::read(path);
    if (!is_ours(content)) {
        throw Error{Kind::failed,
                    "'" + path.string() + "' was not made by this command",
                    "move it away, or merge it into a file of another name"};
    }
    return content;
}

bool is_drop_in_of_tasks(const fs::path& path) {
    const std::string folder = path.parent_path().filename().string();
    return path.filename() == "50-lark-batch.conf" &&
           folder.starts_with("lark-") &&
           (folder.ends_with(".timer.d") || folder.ends_with(".service.d"));
}

// Drop-ins of ours of tasks that are not in the registry any more.
std::vector<fs::path> obsolete(const Wanted& wanted) {
    std::vector<fs::path> found;
    for (const auto& folder : fs::directory_iterator{wanted.folder}) {
        const fs::path path = folder.path() / "50-lark-batch.conf";
        const auto same = [&](const RenderedFile& file) {
            return wanted.folder / file.path == path;
        };
        std::error_code ignored;
        if (is_drop_in_of_tasks(path) && fs::is_regular_file(path, ignored) &&
            std::ranges::none_of(wanted.files, same) &&
            is_ours(files::read(path))) {
            found.push_back(path);
        }
    }
    std::ranges::sort(found);
    return found;
}

void write(const fs::path& path, const std::string& content) {
    fs::create_directories(path.parent_path());
    files::replace(path, content);
    // For everybody to read, as units and crontabs are.
    fs::permissions(path, fs::perms{0644});
}

Done bring(const Wanted& wanted, bool removes) {
    std::vector<RenderedFile> differing;
    Done done;
    for (const RenderedFile& file : wanted.files) {
        const fs::path path = wanted.folder / file.path;
        if (present_content(path) == file.content) {
            done.unchanged.push_back(path.string());
        } else {
            differing.push_back(file);
        }
    }
    for (const RenderedFile& file : differing) {
        write(wanted.folder / file.path, file.content);
        done.written.push_back((wanted.folder / file.path).string());
    }
    for (const fs::path& path :
         removes ? obsolete(wanted) : std::vector<fs::path>{}) {
        fs::remove(path);
        std::error_code not_empty;
        fs::remove(path.parent_path(), not_empty);
        done.removed.push_back(path.string());
    }
    return done;
}

void tell(const Done& done, const Settings& settings, const Wanted& wanted,
          std::ostream& out) {
    for (const std::string& path : done.written) {
        out << "wrote " << path << '\n';
    }
    for (const std::string& path : done.removed) {
        out << "removed " << path << '\n';
    }
    if (!done.unchanged.empty()) {
        out << fmt::format("{} file{} as wanted already\n",
                           done.unchanged.size(),
                           done.unchanged.size() == 1 ? " was" : "s were");
    }
    for (const auto& [name, task] : settings.tasks) {
        if (!task.enabled) {
            out << name << " is disabled in the configuration\n";
        } else if (!can_be_started(name, task)) {
            out << name << " has no command in the configuration\n";
        }
    }
    out << "next: " << wanted.next << '\n';
}

void write_list(text::JsonWriter& json, const char* key, const Paths& paths) {
    json.key(key).begin_array();
    for (const std::string& path : paths) {
        json.value(path);
    }
    json.end_array();
}

std::string as_json(const Done& done) {
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "tasks render");
    write_list(json, "written", done.written);
    write_list(json, "unchanged", done.unchanged);
    write_list(json, "removed", done.removed);
    return json.end_object().str() + "\n";
}

}  // namespace

void render_tasks(const Settings& settings, std::ostream& out) {
    const Wanted files = wanted(settings);
    if (!fs::is_directory(files.folder)) {
        throw Error{Kind::usage, "'" + files.folder.string() + "' is no folder",
                    "create it first, or name the one that is meant"};
    }
    try {
        const Done done = bring(files, !settings.rendering.systemd.empty());
        if (settings.shared.run.json) {
            out << as_json(done);
        } else {
            tell(done, settings, files, out);
        }
    } catch (const fs::filesystem_error& error) {
        throw Error{Kind::failed,
                    error.path1().string() + ": " + error.code().message()};
    }
}

}  // namespace lark_batch::admin
