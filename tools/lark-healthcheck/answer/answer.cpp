#include "tools/lark-healthcheck/answer/answer.hpp"

#include "lib/metrics/snapshot.hpp"
#include "lib/run/signals.hpp"
#include "tools/lark-healthcheck/answer/answer_json.hpp"
#include "tools/lark-healthcheck/answer/answer_junit.hpp"
#include "tools/lark-healthcheck/answer/answer_plugin.hpp"
#include "tools/lark-healthcheck/answer/answer_table.hpp"
#include "tools/lark-healthcheck/answer/gauges.hpp"

namespace lark_batch::healthcheck {

namespace {

// A person sees the table; cron sends what is printed, so nothing is when all
// is well; who asks about one service wants an answer.
std::string choose_format(const Options& options, const Summary& summary,
                          const Terminal& person) {
    if (options.format != "auto") {
        return options.format;
    }
    if (options.ad_hoc) {
        return "plugin";
    }
    if (person.present) {
        return "table";
    }
    return summary.worst() == State::ok ? "nothing" : "plugin";
}

std::string text_of(const std::vector<Outcome>& outcomes,
                    const Summary& summary, const std::string& format,
                    const Terminal& person) {
    if (format == "plugin") {
        return plugin_lines(outcomes, summary);
    }
    if (format == "table") {
        return results_table(outcomes, summary, person);
    }
    if (format == "prometheus") {
        const std::string partial = summary.shortfall();
        return (partial.empty() ? "" : "# partial: " + partial + "\n") +
               metrics::exposition({}, {}, gauges_of(outcomes));
    }
    return {};
}

run::Outcome ending_of(const Summary& summary) {
    if (summary.cut_short.empty()) {
        return run::Outcome::success;
    }
    return run::stop_signal() != 0 ? run::Outcome::interrupted
                                   : run::Outcome::timeout;
}

}  // namespace

int exit_code_of(State worst, const std::string& fail_on) {
    if (worst == State::warning && fail_on == "critical") {
        return 0;
    }
    return static_cast<int>(worst);
}

run::Result answer(const std::vector<Outcome>& outcomes, const Summary& summary,
                   const Options& options, const Terminal& person) {
    run::Result result;
    result.outcome = ending_of(summary);
    result.exit_code = exit_code_of(summary.worst(), options.fail_on);
    result.summary = summary.counts();
    const std::string format = choose_format(options, summary, person);
    if (format == "json") {
        result.details = {{"summary", summary_json(summary)},
                          {"checks", checks_json(outcomes)}};
    } else if (format == "junit") {
        result.text = junit_text(outcomes, summary, options.fail_on);
    } else {
        result.text = text_of(outcomes, summary, format, person);
    }
    return result;
}

std::string last_words(const errors::Error& error, const Options& options,
                       const Terminal& person) {
    if (options.format == "junit") {
        return junit_text(error);
    }
    const bool wanted = options.format == "plugin" ||
                        (options.format == "auto" && !person.present);
    if (!wanted || error.kind() == errors::Kind::skipped) {
        return {};
    }
    return plugin_line(State::unknown, error.what()) + "\n";
}

}  // namespace lark_batch::healthcheck
