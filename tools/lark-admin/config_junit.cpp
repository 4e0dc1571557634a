#include "tools/lark-admin/config_junit.hpp"

#include <fmt/format.h>

#include "lib/clock/clock.hpp"
#include "lib/run/host.hpp"
#include "lib/text/junit.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

namespace {

using text::JunitCase;
using Result = JunitCase::Result;

constexpr const char* k_group = "lark-admin.config_check";

std::string document(std::vector<JunitCase> cases) {
    return text::junit_report({"lark-admin config check",
                               run::host_name(),
                               clock::format_utc(clock::system_clock().now()),
                               {{"version", LARK_BATCH_VERSION}},
                               std::move(cases)});
}

// What waiting can mend is an error of the surroundings, the rest a failure.
JunitCase case_of(const Finding& finding) {
    // There may be many of these, and one of all else.
    const bool several =
        finding.check == "app" || finding.check == "alertmanager";
    const std::string name =
        several ? finding.check + " " + finding.target : finding.check;
    JunitCase one{k_group, name, finding.seconds};
    if (!finding.fault) {
        return one;
    }
    const bool unavailable = finding.fault->kind() == errors::Kind::unavailable;
    one.result = unavailable ? Result::error : Result::failure;
    one.type = unavailable ? "unavailable" : "failed";
    one.message = finding.fault->what();
    one.details = fmt::format("{}: {}", finding.target, one.message);
    if (!finding.fault->hint().empty()) {
        one.details += "\nhint: " + finding.fault->hint();
    }
    return one;
}

}  // namespace

std::string findings_junit(const std::vector<Finding>& findings) {
    std::vector<JunitCase> cases{{k_group, "configuration"}};
    for (const Finding& finding : findings) {
        cases.push_back(case_of(finding));
    }
    return document(std::move(cases));
}

std::string problems_junit(const config::Problems& problems) {
    const auto& all = problems.all();
    JunitCase one{k_group, "configuration", 0, Result::error, "configuration"};
    one.message = all.size() == 1 ? all.front().str()
                                  : fmt::format("{} problems", all.size());
    for (const config::Problem& problem : all) {
        one.details += (one.details.empty() ? "" : "\n") + problem.str();
        if (!problem.hint.empty()) {
            one.details += " (" + problem.hint + ")";
        }
    }
    return document({one});
}

}  // namespace lark_batch::admin
