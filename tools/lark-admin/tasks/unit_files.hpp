// Units as systemd finds and merges them (systemd.unit(5)), read from files:
// it need not run, and may be in another root.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/text/quantity.hpp"

namespace lark_batch::admin {

class UnitFile {
public:
    // All assignments with their sections, drop-ins last: "Timer/OnCalendar".
    using Assignments = std::vector<std::pair<std::string, std::string>>;

    explicit UnitFile(Assignments assignments)
        : m_assignments(std::move(assignments)) {}

    // An empty assignment takes back those before it.
    std::vector<std::string> all_of(const std::string& key) const;
    // The last of any of these keys; nothing when there is none.
    std::optional<std::string> last_of(
        const std::vector<std::string>& keys) const;

private:
    Assignments m_assignments;
};

class UnitFolders {
public:
    // The most important first; those that systemd searches when empty.
    explicit UnitFolders(const std::vector<std::string>& folders);

    // Nothing when there is none or it is masked. "lark-task@x.timer" is
    // found as an instance of its template, too.
    std::optional<UnitFile> find(const std::string& unit) const;
    // Timers of ours that some target wants: by `systemctl enable`.
    std::vector<std::string> enabled_timers() const;

private:
    std::vector<std::filesystem::path> m_folders;
};

// "1h 30min", "90", "infinity", which is Milliseconds::max(): systemd.time(7).
std::optional<text::Milliseconds> parse_time_span(const std::string& text);

}  // namespace lark_batch::admin
