#include "tools/lark-cleanup/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "lib/log/log.hpp"
#include "tools/lark-cleanup/gateway_groups.hpp"
#include "tools/lark-cleanup/old_files.hpp"
#include "tools/lark-cleanup/queries.hpp"

namespace lark_batch::cleanup {

namespace {

using errors::Error;

bool is_dry(const run::Context& context) {
    return context.settings().run.dry_run;
}

clock::Duration retention(const Options& options, const ClassReport& report) {
    return options.retention[index_of(report.name)];
}

FileQuestion question(run::Context& context, Budget& budget,
                      ClassReport& report) {
    FileQuestion asked;
    asked.look_up = [&context] { context.check_stop(); };
    asked.may_remove = [&context, &budget] {
        return !is_dry(context) && !budget.used_up();
    };
    asked.removed = [&context, &budget, &report] {
        --budget.rows;
        ++report.deleted;
        count_deleted(context, report.name, 1);
    };
    return asked;
}

void take(const OldFiles& found, ClassReport& report) {
    report.eligible = found.eligible;
    report.backlog = found.eligible - report.deleted;
    report.bytes = found.bytes;
    report.oldest = found.oldest;
    if (found.failed > 0) {
        throw Error{
            errors::Kind::config,
            fmt::format("{} files or folders cannot be cleaned, the first is "
                        "{}",
                        found.failed, found.first_failure),
            "check the owner and the rights of the folder"};
    }
}

std::filesystem::path resolved(const std::string& folder) {
    std::error_code fault;
    auto path = std::filesystem::weakly_canonical(folder, fault);
    if (fault) {
        throw Error{errors::Kind::config,
                    "cannot read folder '" + folder + "': " + fault.message()};
    }
    return path;
}

// Where it leads, links resolved. It must neither hold what other programs
// live on nor be a folder of the system.
std::filesystem::path report_folder(const run::Context& context,
                                    const std::string& configured) {
    auto folder = resolved(configured);
    const auto state = resolved(context.settings().run.state_directory);
    const bool holds_state =
        std::mismatch(folder.begin(), folder.end(), state.begin(), state.end())
            .first == folder.end();
    if (holds_state || check_report_directory(folder.string())) {
        throw Error{
            errors::Kind::config,
            "report_directory '" + configured + "' is no folder of its own",
            "name a folder that has nothing but reports"};
    }
    return folder;
}

}  // namespace

void clean_staging(run::Context& context, ClassReport& report) {
    const Orphans found = orphaned_staging(context.database());
    report.eligible = found.tables;
    report.bytes = static_cast<double>(found.bytes);
    if (found.tables > 0 && !found.may_drop) {
        report.note =
            "only a superuser may drop them; the server does it when it "
            "needs their place";
    } else if (found.tables > 0 && !is_dry(context)) {
        report.deleted = drop_orphaned_staging(context.database());
        count_deleted(context, report.name, report.deleted);
    }
    report.backlog = report.eligible - report.deleted;
}

void clean_spool(run::Context& context, const Options& options, Budget& budget,
                 ClassReport& report) {
    FileQuestion asked = question(context, budget, report);
    asked.folder = context.settings().run.state_directory;
    asked.cutoff = [&](std::string_view name) {
        return leftover_cutoff(name, context.started_at(),
                               retention(options, report));
    };
    take(clean_files(asked), report);
}

void clean_reports(run::Context& context, const Options& options,
                   Budget& budget, ClassReport& report) {
    if (options.report_directory.empty()) {
        report.ran = false;
        report.note = "no report_directory is configured";
        return;
    }
    FileQuestion asked = question(context, budget, report);
    asked.folder = report_folder(context, options.report_directory);
    asked.depth = Depth::whole_tree;
    asked.cutoff = [&](std::string_view) {
        return std::optional{context.started_at() - retention(options, report)};
    };
    take(clean_files(asked), report);
}

void clean_gateway(run::Context& context, const Options& options,
                   ClassReport& report) {
    const config::SharedSettings& settings = context.settings();
    if (!settings.pushgateway.enabled || !settings.run.push) {
        report.ran = false;
        report.note = "metrics are not pushed";
        return;
    }
    Gateway gateway{context.http(), settings.pushgateway};
    for (const Group& group : gateway.groups()) {
        if (!is_stale(group, context.started_at(),
                      retention(options, report))) {
            continue;
        }
        ++report.eligible;
        ++report.backlog;
        if (!is_dry(context)) {
            context.check_stop();
            gateway.remove(group);
            log::info("metric group deleted", {{"job", group.job}});
            --report.backlog;
            ++report.deleted;
            count_deleted(context, report.name, 1);
        }
    }
}

}  // namespace lark_batch::cleanup
