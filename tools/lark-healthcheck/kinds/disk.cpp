#include "tools/lark-healthcheck/kinds/disk.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "lib/config/checks.hpp"
#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds/mounts.hpp"
#include "tools/lark-healthcheck/kinds/spoken.hpp"

namespace lark_batch::healthcheck {

namespace {

std::optional<std::string> check_path(const std::string& value) {
    return value == "all" ? std::nullopt : config::check_folder(value);
}

std::vector<Mount> mounts_now() {
    std::ifstream file{"/proc/self/mountinfo"};
    return read_mounts(std::string{std::istreambuf_iterator<char>{file}, {}});
}

// What cannot be asked counts as one, so that its trouble is told.
bool is_folder(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) != 0 || S_ISDIR(status.st_mode);
}

// Performance data ends a label at '=' and at a quote.
std::string label_of(const char* what, std::string path) {
    path = text::excerpt(path, 60);
    std::ranges::replace_if(
        path, [](char c) { return c == '=' || c == '\'' || c == '"'; }, '_');
    return fmt::format("{} {}", what, path);
}

// As the kernel writes a mount point: without a slash at its end.
std::string as_mount_point(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) {
        path.pop_back();
    }
    return path;
}

double percent(double part, double whole) {
    return whole > 0 ? part * 100 / whole : 0;
}

}  // namespace

void Disk::declare(config::OptionSet& set, const Check& check) {
    m_check = &check;
    set.add("paths", m_paths)
        .help("paths whose file systems are looked at; all: every real one")
        .check(check_path)
        .placeholder("PATH")
        .sample("/var/lib/postgresql");
    set.add("exclude", m_exclude)
        .help("mount points that `all` leaves out")
        .check(config::check_folder)
        .placeholder("PATH")
        .sample("/mnt/archive");
    set.add("mounted", m_mounted)
        .help("CRITICAL unless every path is a mount point of its own");
    declare_threshold(set, "free-", m_free, "bytes that are left");
    declare_threshold(set, "inodes-", m_inodes, "inodes used, in percent");
    set.after_loading([this] {
        std::ranges::transform(m_paths, m_paths.begin(), as_mount_point);
        std::ranges::transform(m_exclude, m_exclude.begin(), as_mount_point);
        return config::Found{};
    });
}

std::string Disk::describe() const {
    return "looks how full " + text::join(m_paths, ", ") + " is";
}

std::vector<std::string> Disk::chosen() const {
    std::vector<std::string> paths;
    for (const std::string& path : m_paths) {
        if (path != "all") {
            paths.push_back(path);
            continue;
        }
        for (const Mount& mount : real_mounts(mounts_now(), is_folder)) {
            if (std::ranges::find(m_exclude, mount.point) == m_exclude.end()) {
                paths.push_back(mount.point);
            }
        }
    }
    return paths;
}

Threshold Disk::used_limits() const {
    const ThresholdText& given = m_check->value;
    return given.warn.empty() && given.crit.empty()
               ? ThresholdText{"80", "90"}.parsed()
               : given.parsed();
}

void Disk::judge(const Space& space, bool alone, Finding& finding) const {
    const auto label = [&](const char* what) {
        return alone ? what : label_of(what, space.path);
    };
    finding.measure(
        {label("used"), space.used, "%", used_limits(), 0.0, 100.0, alone},
        fmt::format("{} is {:.0f} % full, {} free", space.path, space.used,
                    spoken_size(space.free)));
    finding.measure(
        {label("free"), space.free, "B", m_free.parsed(), 0.0, std::nullopt,
         alone},
        fmt::format("{} has {} free", space.path, spoken_size(space.free)));
    finding.measure({label("inodes"), space.inodes, "%", m_inodes.parsed(), 0.0,
                     100.0, alone},
                    fmt::format("{:.0f} % of the inodes of {} are used",
                                space.inodes, space.path));
}

// The worst of several, for metrics: paths are no labels, there is no end of
// them.
void Disk::sum_up(const std::vector<Space>& spaces, Finding& finding) const {
    const bool silent = finding.state != State::ok;
    if (spaces.empty()) {
        finding.note(State::unknown,
                     silent ? "" : "there is no file system to look at");
        return;
    }
    const auto fullest = std::ranges::max_element(spaces, {}, &Space::used);
    const auto tightest = std::ranges::min_element(spaces, {}, &Space::free);
    const auto busiest = std::ranges::max_element(spaces, {}, &Space::inodes);
    if (spaces.size() > 1) {
        finding.add({"used", fullest->used, "%", used_limits(), 0.0, 100.0});
        finding.add({"free", tightest->free, "B", m_free.parsed(), 0.0});
        finding.add(
            {"inodes", busiest->inodes, "%", m_inodes.parsed(), 0.0, 100.0});
    }
    if (!silent) {
        finding.ok(fmt::format(
            "{}{} is {:.0f} % full, {} free",
            spaces.size() > 1
                ? fmt::format("{} file systems, the fullest: ", spaces.size())
                : "",
            fullest->path, fullest->used, spoken_size(fullest->free)));
    }
}

std::optional<Disk::Space> Disk::look(const std::string& path,
                                      Finding& finding) {
    struct statvfs status {};
    if (statvfs(path.c_str(), &status) != 0) {
        finding.fail(path + ": " + std::strerror(errno));
        return std::nullopt;
    }
    const auto unit = static_cast<double>(status.f_frsize);
    const auto in_use = static_cast<double>(status.f_blocks - status.f_bfree);
    const auto left = static_cast<double>(status.f_bavail);
    const auto inodes = static_cast<double>(status.f_files);
    return Space{path, percent(in_use, in_use + left), left * unit,
                 percent(inodes - static_cast<double>(status.f_ffree), inodes)};
}

void Disk::check_mounted(const std::vector<std::string>& paths,
                         Finding& finding) const {
    const auto mounts = m_mounted ? mounts_now() : std::vector<Mount>{};
    for (const std::string& path : paths) {
        if (m_mounted &&
            std::ranges::find(mounts, path, &Mount::point) == mounts.end()) {
            finding.fail(path + " is not mounted");
        }
    }
}

Finding Disk::probe(const Surroundings&,
                    const clock::Deadline& deadline) const {
    Finding finding;
    const auto paths = chosen();
    check_mounted(paths, finding);
    std::vector<Space> spaces;
    for (const std::string& path : paths) {
        if (deadline.passed()) {
            throw errors::Error{errors::Kind::timeout, "too many to look at"};
        }
        if (auto space = look(path, finding)) {
            spaces.push_back(std::move(*space));
        }
    }
    for (const Space& space : spaces) {
        judge(space, spaces.size() == 1, finding);
    }
    sum_up(spaces, finding);
    return finding;
}

}  // namespace lark_batch::healthcheck
