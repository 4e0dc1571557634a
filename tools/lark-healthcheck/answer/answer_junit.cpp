#include "tools/lark-healthcheck/answer/answer_junit.hpp"

#include "lib/clock/clock.hpp"
#include "lib/run/host.hpp"
#include "lib/text/junit.hpp"
#include "tools/lark-healthcheck/answer/answer.hpp"

namespace lark_batch::healthcheck {

namespace {

using text::JunitCase;
using Result = JunitCase::Result;

constexpr const char* k_suite = "lark-healthcheck";

std::string document(std::vector<JunitCase> cases) {
    return text::junit_report({k_suite,
                               run::host_name(),
                               clock::format_utc(clock::system_clock().now()),
                               {{"version", LARK_BATCH_VERSION}},
                               std::move(cases)});
}

Result result_of(const Outcome& outcome, const std::string& fail_on) {
    if (outcome.skipped()) {
        return Result::skipped;
    }
    if (exit_code_of(*outcome.state, fail_on) == 0) {
        return Result::passed;
    }
    return outcome.state == State::unknown ? Result::error : Result::failure;
}

JunitCase case_of(const Outcome& outcome, const std::string& fail_on) {
    JunitCase one{std::string{k_suite} + "." + outcome.check->kind,
                  outcome.check->name, outcome.seconds,
                  result_of(outcome, fail_on), std::string{word_of(outcome)}};
    one.message =
        outcome.skipped() ? needs(outcome.skipped_for) : outcome.message;
    return one;
}

}  // namespace

std::string junit_text(const std::vector<Outcome>& outcomes,
                       const Summary& summary, const std::string& fail_on) {
    std::vector<JunitCase> cases;
    cases.reserve(outcomes.size() + 1);
    for (const Outcome& outcome : outcomes) {
        cases.push_back(case_of(outcome, fail_on));
    }
    // A run that was stopped must not look like one that had less to do.
    if (const std::string shortfall = summary.shortfall(); !shortfall.empty()) {
        cases.push_back(
            {k_suite, "run", 0, Result::error, "UNKNOWN", shortfall});
    }
    return document(std::move(cases));
}

std::string junit_text(const errors::Error& error) {
    const bool skipped = error.kind() == errors::Kind::skipped;
    JunitCase one{k_suite,
                  "configuration",
                  0,
                  skipped ? Result::skipped : Result::error,
                  skipped ? "SKIPPED" : "UNKNOWN",
                  error.what()};
    if (error.kind() != errors::Kind::config) {
        one.name = "run";
    }
    if (!error.hint().empty()) {
        one.details = one.message + "\nhint: " + error.hint();
    }
    return document({one});
}

}  // namespace lark_batch::healthcheck
