#include "tools/lark-healthcheck/kinds/file_age.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "lib/config/checks.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds/file_walk.hpp"
#include "tools/lark-healthcheck/kinds/spoken.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr double k_tolerated_future = 60;  // seconds

std::string name_of(const FoundFile& file) {
    return text::excerpt(file.path.substr(file.path.rfind('/') + 1), 80);
}

}  // namespace

void FileAge::declare(config::OptionSet& set, const Check& check) {
    m_check = &check;
    set.add("path", m_path)
        .help(
            "a file, a folder for the files in it, or a pattern with * ? and "
            "[...]")
        .check(config::check_folder)
        .placeholder("PATH")
        .sample("/var/backups/chat/*.dump")
        .required();
    set.add("which", m_which)
        .help("of several files, the one whose age and size are judged")
        .choices({"newest", "oldest"});
    set.add("recursive", m_recursive)
        .help("also the files below a folder, not only those in it");
    set.add("when-missing", m_when_missing)
        .help("what it means that there is no such file")
        .choices({"ok", "warning", "critical", "unknown"})
        .placeholder("STATE");
    declare_threshold(set, "size-", m_size, "the file's bytes");
    declare_threshold(set, "count-", m_count, "how many files there are");
}

std::string FileAge::describe() const {
    return "looks at the " + m_which + " file of " + m_path;
}

Finding FileAge::probe(const Surroundings&,
                       const clock::Deadline& deadline) const {
    std::optional<FoundFile> chosen;
    double count = 0;
    const bool newest = m_which == "newest";
    const auto unreadable = find_files(
        m_path, m_recursive ? Folders::recursive : Folders::shallow, deadline,
        [&](const FoundFile& file) {
            ++count;
            if (!chosen || (newest ? file.changed_at > chosen->changed_at
                                   : file.changed_at < chosen->changed_at)) {
                chosen = file;
            }
        });
    Finding finding;
    finding.measure({"files", count, "", m_count.parsed(), 0.0},
                    fmt::format("{:.0f} files", count));
    if (!unreadable.empty()) {
        finding.fail("no right to read " +
                     text::excerpt(unreadable.front(), 100));
    }
    if (!chosen) {
        return finding.note(state_of(m_when_missing).value_or(State::critical),
                            "no file");
    }
    const double age =
        clock::unix_seconds(clock::system_clock().now()) - chosen->changed_at;
    if (age < -k_tolerated_future) {
        finding.note(State::warning,
                     fmt::format("{} is {} in the future", name_of(*chosen),
                                 spoken_age(-age)));
    }
    finding.measure(
        {"age", std::max(0.0, age), "s", m_check->value.parsed(), 0.0},
        fmt::format("{} is {} old", name_of(*chosen), spoken_age(age)));
    finding.measure(
        {"size", chosen->bytes, "B", m_size.parsed(), 0.0},
        fmt::format("{} has {}", name_of(*chosen), spoken_size(chosen->bytes)));
    if (finding.state == State::ok) {
        finding.ok(fmt::format("{} is {} old and has {}", name_of(*chosen),
                               spoken_age(age), spoken_size(chosen->bytes)));
    }
    return finding;
}

}  // namespace lark_batch::healthcheck
