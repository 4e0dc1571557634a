#include "tools/lark-admin/tasks/unit_files.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::admin {

namespace {

namespace fs = std::filesystem;

// systemd.unit(5), "Unit File Load Path", of the system's manager. /lib is
// another folder than /usr/lib on old installations only.
constexpr std::array k_search_path{
    "/etc/systemd/system.control", "/run/systemd/system.control",
    "/run/systemd/transient",      "/run/systemd/generator.early",
    "/etc/systemd/system",         "/etc/systemd/system.attached",
    "/run/systemd/system",         "/run/systemd/system.attached",
    "/run/systemd/generator",      "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",     "/lib/systemd/system",
    "/run/systemd/generator.late"};

struct TimeUnit {
    std::string_view name;
    double milliseconds;
};
constexpr std::array k_units{TimeUnit{"", 1e3},        TimeUnit{"us", 1e-3},
                             TimeUnit{"usec", 1e-3},   TimeUnit{"ms", 1},
                             TimeUnit{"msec", 1},      TimeUnit{"s", 1e3},
                             TimeUnit{"sec", 1e3},     TimeUnit{"second", 1e3},
                             TimeUnit{"seconds", 1e3}, TimeUnit{"m", 6e4},
                             TimeUnit{"min", 6e4},     TimeUnit{"minute", 6e4},
                             TimeUnit{"minutes", 6e4}, TimeUnit{"h", 36e5},
                             TimeUnit{"hr", 36e5},     TimeUnit{"hour", 36e5},
                             TimeUnit{"hours", 36e5},  TimeUnit{"d", 864e5},
                             TimeUnit{"day", 864e5},   TimeUnit{"days", 864e5},
                             TimeUnit{"w", 6048e5},    TimeUnit{"week", 6048e5},
                             TimeUnit{"weeks", 6048e5}};
constexpr double k_longest_span = 1e15;

bool is_mask(const fs::path& path) {
    std::error_code ignored;
    return fs::canonical(path, ignored) == "/dev/null" ||
           (fs::is_regular_file(path, ignored) &&
            fs::file_size(path, ignored) == 0);
}

// Lines that end with a backslash go on in the next one.
std::vector<std::string> logical_lines(const std::string& content) {
    std::vector<std::string> lines;
    std::string line;
    for (const std::string& part : text::split(content, '\n')) {
        const std::string_view trimmed = text::trim(part);
        const bool comment =
            trimmed.starts_with('#') || trimmed.starts_with(';');
        if (comment) {
            continue;
        }
        line += trimmed;
        if (line.ends_with('\\')) {
            line.back() = ' ';
        } else {
            lines.push_back(std::move(line));
            line.clear();
        }
    }
    return lines;
}

void read_into(UnitFile::Assignments& assignments, const fs::path& path) {
    std::string section;
    for (const std::string& line : logical_lines(files::read(path))) {
        if (line.starts_with('[') && line.ends_with(']')) {
            section = line.substr(1, line.size() - 2);
            continue;
        }
        const auto equals = line.find('=');
        if (equals != line.npos) {
            std::string name = section + "/";
            name += text::trim(line.substr(0, equals));
            assignments.emplace_back(
                std::move(name),
                std::string{text::trim(line.substr(equals + 1))});
        }
    }
}

// "lark-task@.timer" of "lark-task@x.timer", else empty.
std::string template_of(const std::string& unit) {
    const auto at = unit.find('@');
    return at == unit.npos
               ? ""
               : unit.substr(0, at + 1) + unit.substr(unit.rfind('.'));
}

// Names whose drop-ins a unit takes, its own first: "lark-sync-users.timer",
// "lark-sync-.timer", "lark-.timer", "timer".
std::vector<std::string> drop_in_names(const std::string& unit) {
    std::vector<std::string> names{unit};
    const std::string ending = unit.substr(unit.rfind('.'));
    const std::string general = template_of(unit);
    if (!general.empty()) {
        names.push_back(general);
    }
    std::string stem =
        unit.substr(0, std::min(unit.find('@'), unit.rfind('.')));
    for (auto dash = stem.rfind('-'); dash != stem.npos && dash > 0;
         dash = stem.rfind('-', dash - 1)) {
        names.push_back(stem.substr(0, dash + 1) + ending);
    }
    names.push_back(ending.substr(1));
    return names;
}

// By their names, over all folders: the first one found hides the others.
std::map<std::string, fs::path> drop_ins(const std::vector<fs::path>& folders,
                                         const std::string& unit) {
    std::map<std::string, fs::path> found;
    for (const std::string& name : drop_in_names(unit)) {
        for (const fs::path& folder : folders) {
            std::error_code ignored;
            for (const auto& entry :
                 fs::directory_iterator{folder / (name + ".d"), ignored}) {
                if (entry.path().extension() == ".conf") {
                    found.emplace(entry.path().filename().string(),
                                  entry.path());
                }
            }
        }
    }
    return found;
}

}  // namespace

std::vector<std::string> UnitFile::all_of(const std::string& key) const {
    std::vector<std::string> values;
    for (const auto& [name, value] : m_assignments) {
        if (name != key) {
            continue;
        }
        if (value.empty()) {
            values.clear();
        } else {
            values.push_back(value);
        }
    }
    return values;
}

std::optional<std::string> UnitFile::last_of(
    const std::vector<std::string>& keys) const {
    std::optional<std::string> last;
    for (const auto& [name, value] : m_assignments) {
        if (std::ranges::count(keys, name) != 0) {
            last = value.empty() ? std::nullopt : std::optional{value};
        }
    }
    return last;
}

UnitFolders::UnitFolders(const std::vector<std::string>& folders)
    : m_folders(folders.begin(), folders.end()) {
    if (m_folders.empty()) {
        m_folders.assign(k_search_path.begin(), k_search_path.end());
    }
}

std::optional<UnitFile> UnitFolders::find(const std::string& unit) const {
    for (const std::string& name : {unit, template_of(unit)}) {
        for (const fs::path& folder : m_folders) {
            const fs::path path = folder / name;
            std::error_code ignored;
            if (name.empty() || !fs::exists(path, ignored)) {
                continue;
            }
            if (is_mask(path)) {
                return {};
            }
            UnitFile::Assignments assignments;
            read_into(assignments, path);
            for (const auto& [file, drop_in] : drop_ins(m_folders, unit)) {
                if (!is_mask(drop_in)) {
                    read_into(assignments, drop_in);
                }
            }
            return UnitFile{std::move(assignments)};
        }
    }
    return {};
}

std::vector<std::string> UnitFolders::enabled_timers() const {
    std::set<std::string> units;
    for (const fs::path& folder : m_folders) {
        std::error_code ignored;
        for (const auto& target : fs::directory_iterator{folder, ignored}) {
            const std::string name = target.path().filename().string();
            if (!name.ends_with(".wants") && !name.ends_with(".requires")) {
                continue;
            }
            for (const auto& link :
                 fs::directory_iterator{target.path(), ignored}) {
                const std::string unit = link.path().filename().string();
                if (unit.starts_with("lark-") && unit.ends_with(".timer")) {
                    units.insert(unit);
                }
            }
        }
    }
    return {units.begin(), units.end()};
}

std::optional<text::Milliseconds> parse_time_span(const std::string& text) {
    if (text == "infinity") {
        return text::Milliseconds::max();
    }
    std::string_view rest = text::trim(text);
    double total = 0;
    while (!rest.empty()) {
        double number = 0;
        const auto [end, fault] =
            std::from_chars(rest.data(), rest.data() + rest.size(), number,
                            std::chars_format::fixed);
        if (fault != std::errc{} || !std::isfinite(number) || number < 0) {
            return {};
        }
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        rest = text::trim(rest);
        const auto word = rest.substr(0, rest.find_first_of("0123456789 "));
        const auto* const unit =
            std::ranges::find(k_units, word, &TimeUnit::name);
        if (unit == k_units.end()) {
            return {};
        }
        total += number * unit->milliseconds;
        rest = text::trim(rest.substr(word.size()));
    }
    return text::trim(text).empty() || total > k_longest_span
               ? std::nullopt
               : std::optional{
                     text::Milliseconds{static_cast<long long>(total)}};
}

}  // namespace lark_batch::admin
