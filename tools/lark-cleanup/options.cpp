#include "tools/lark-cleanup/options.hpp"

#include <algorithm>

#include "lib/config/checks.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::cleanup {

namespace {

using text::Milliseconds;

const Milliseconds k_longest_retention = std::chrono::hours{24 * 3'650};

config::Strings class_names() {
    config::Strings names;
    for (const Class& each : k_classes) {
        names.emplace_back(each.name);
    }
    return names;
}

// Folders of the system, with what lies below them; and folders in which
// others have folders of theirs, but not those.
constexpr std::array k_system{"bin",  "boot", "dev",  "etc", "lib", "lib64",
                              "proc", "run",  "sbin", "sys", "usr"};
constexpr std::array k_shared{"/var/lib",   "/var/log", "/var/cache",
                              "/var/spool", "/var/tmp", "/var/backups",
                              "/var/mail",  "/var/www"};

void declare_retention(config::OptionSet& set, Options& options) {
    set.group("Retention");
    for (const Class& each : k_classes) {
        if (each.retention.count() == 0) {
            continue;
        }
        const std::string name{each.name};
        set.add("retention-" + text::join(text::split(name, '_'), "-"),
                options.retention[index_of(name)])
            .key("cleanup.retention." + name)
            .help("keep " + std::string{each.help} + "; 0 keeps them for ever")
            .range(Milliseconds{0}, k_longest_retention)
            .places(config::Places::file);
    }
}

void declare_bounds(config::OptionSet& set, Options& options) {
    set.add("max-rows", options.max_rows)
        .key("cleanup.max_rows")
        .help("end after about so many deleted rows; the next run goes on")
        .range(1, 1'000'000'000'000)
        .placeholder("N");
    set.add("max-time", options.max_time)
        .key("cleanup.max_time")
        .help("begin no batch after this time; the next run goes on")
        .range(Milliseconds{1}, std::chrono::hours{24})
        .placeholder("DURATION");
    set.add("batch-size", options.batch_size)
        .key("cleanup.batch_size")
        .help("rows of the first batch; the others follow batch_time")
        .range(1, 100'000)
        .placeholder("N");
    set.add("batch-time", options.batch_time)
        .key("cleanup.batch_time")
        .help("how long a batch, which is a transaction, should take")
        .range(Milliseconds{10}, Milliseconds{10'000})
        .places(config::Places::file);
}

void declare_manners(config::OptionSet& set, Options& options) {
    set.add("pause", options.pause)
        .key("cleanup.pause")
        .help("pause between batches when nobody waits")
        .range(Milliseconds{0}, Milliseconds{60'000})
        .places(config::Places::file);
    set.add("max-pause", options.max_pause)
        .key("cleanup.max_pause")
        .help("longest pause while others wait for locks or replicas lag")
        .range(Milliseconds{0}, Milliseconds{60'000})
        .places(config::Places::file);
    set.add("max-replication-lag", options.max_replication_lag)
        .key("cleanup.max_replication_lag")
        .help("a replica farther behind makes the pauses longer")
        .range(Milliseconds{0}, std::chrono::hours{1})
        .places(config::Places::file);
    set.add("vacuum", options.vacuum)
        .key("cleanup.vacuum")
        .help("vacuum and analyze tables that became much thinner")
        .places(config::Places::file);
}

}  // namespace

std::optional<std::string> check_report_directory(const std::string& value) {
    if (auto wrong = config::check_folder(value)) {
        return wrong;
    }
    std::vector<std::string> parts = text::split(value, '/');
    std::erase_if(parts, [](const std::string& part) {
        return part.empty() || part == ".";
    });
    const std::string plain = "/" + text::join(parts, "/");
    if (parts.size() < 2 || std::ranges::count(parts, "..") != 0 ||
        (parts.size() == 2 && parts.front() == "home") ||
        std::ranges::count(k_system, parts.front()) != 0 ||
        std::ranges::count(k_shared, plain) != 0) {
        return "must be a folder of its own, such as "
               "'/var/lib/lark-batch-reports'";
    }
    return std::nullopt;
}

Options::Options() {
    std::ranges::transform(k_classes, retention.begin(), [](const Class& each) {
        return Milliseconds{each.retention};
    });
}

void declare(config::OptionSet& set, Options& options) {
    set.group("Cleanup");
    set.add("only", options.only)
        .key("cleanup.only")
        .help("clean this class only; may be repeated")
        .choices(class_names())
        .placeholder("CLASS")
        .places(config::Places::command_line);
    declare_bounds(set, options);
    declare_manners(set, options);
    set.add("report-directory", options.report_directory)
        .key("cleanup.report_directory")
        .help("where report files are; nothing is deleted unless given")
        .check(check_report_directory)
        .sample("/var/lib/lark-batch/reports")
        .placeholder("FOLDER")
        .places(config::Places::file);
    set.add("idle-runs", options.idle_runs)
        .key("cleanup.idle_runs")
        .help(
            "runs without anything to delete, while a table grows, before "
            "a warning")
        .range(1, 10'000)
        .places(config::Places::file);
    declare_retention(set, options);
}

}  // namespace lark_batch::cleanup
