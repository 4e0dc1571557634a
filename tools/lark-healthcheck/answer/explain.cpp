#include <fmt/format.h>

#include <algorithm>

#include "lib/log/log.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "tools/lark-healthcheck/answer/answer_json.hpp"
#include "tools/lark-healthcheck/answer/listing.hpp"
#include "tools/lark-healthcheck/answer/sparkline.hpp"
#include "tools/lark-healthcheck/history/keeping.hpp"
#include "tools/lark-healthcheck/kinds.hpp"
#include "tools/lark-healthcheck/queries_memory.hpp"

namespace lark_batch::healthcheck {

namespace {

using errors::Error;
using Results = std::vector<PastResult>;

constexpr int k_results = 20;
constexpr clock::Duration k_limit{4'000};
constexpr std::size_t k_longest_cell = 80;

const Check& find(const Options& options) {
    if (options.words.size() != 1) {
        throw Error{errors::Kind::usage, "explain needs the name of one check",
                    "lark-healthcheck list shows them"};
    }
    const std::string& name = options.words.front();
    std::vector<std::string> names;
    for (const Check& check : options.checks) {
        if (check.name == name) {
            return check;
        }
        names.push_back(check.name);
    }
    const auto near = text::nearest(name, names);
    throw Error{errors::Kind::usage, "there is no check '" + name + "'",
                near ? "did you mean '" + *near + "'?"
                     : "lark-healthcheck list shows them"};
}

// Empty without the database.
Results past(run::Context& context, const Check& check) {
    if (!context.has_database()) {
        return {};
    }
    try {
        const clock::Deadline limit{clock::system_clock(), k_limit};
        const run::Watchdog watchdog{context.database(), limit};
        return past_results(context.database(), check.name, k_results);
    } catch (const Error& error) {
        log::warning("the last results cannot be read",
                     {{"reason", error.what()}});
        return {};
    }
}

// 2026-11-22 02:15:40; the fraction says nothing to a person.
std::string time_cell(clock::WallTime time) {
    std::string text = clock::format_utc(time).substr(0, 19);
    text[10] = ' ';
    return text;
}

std::string time_cell(long long milliseconds) {
    return time_cell(clock::WallTime{clock::Duration{milliseconds}});
}

std::string upper_word(const std::string& state) {
    const auto known = state_of(state);
    return known ? std::string{word_of(*known)} : "SKIPPED";
}

class Page {
public:
    void line(const std::string& name, const std::string& value) {
        if (!value.empty()) {
            m_text += fmt::format("{:<12}{}\n", name + ":", value);
        }
    }
    void add(const std::string& text) { m_text += text; }
    const std::string& text() const { return m_text; }

private:
    std::string m_text;
};

std::string limits_of(const ThresholdText& limits) {
    std::string text;
    for (const auto& [word, range] :
         {std::pair{"WARNING", &limits.warn}, {"CRITICAL", &limits.crit}}) {
        if (!range->empty()) {
            text += fmt::format("{}{} when outside {}",
                                text.empty() ? "" : ", ", word, *range);
        }
    }
    return text;
}

std::string attempts_of(const Check& check) {
    std::string text = text::format_duration(check.timeout) +
                       " an attempt, then " + check.timeout_state;
    if (check.retries > 0) {
        text += fmt::format("; {} more attempts, {} apart", check.retries,
                            text::format_duration(check.retry_delay));
    }
    return text;
}

std::string changes_of(const Check& check) {
    if (check.failure_threshold == 1 && check.recovery_threshold == 1) {
        return {};
    }
    return fmt::format("after {} worse or {} better runs in a row",
                       check.failure_threshold, check.recovery_threshold);
}

std::string summary_of_kind(const Check& check) {
    for (const KindRow& row : kinds()) {
        if (row.name == check.kind) {
            return fmt::format("{}: {}", row.name, row.summary);
        }
    }
    return check.kind;
}

std::string dependants_of(const Check& check, const Options& options) {
    std::vector<std::string> names;
    for (const Check& other : options.checks) {
        if (std::ranges::find(other.depends_on, check.name) !=
            other.depends_on.end()) {
            names.push_back(other.name);
        }
    }
    return text::join(names, ", ");
}

void add_configured(Page& page, const Check& check, const Options& options) {
    page.line("check", check.name + (check.enabled ? "" : " (disabled)"));
    page.line("kind", summary_of_kind(check));
    page.line("it", check.probe->describe());
    page.line(
        check.probe->main_value() == MainValue::time ? "seconds" : "value",
        limits_of(check.value));
    page.line("latency", limits_of(check.latency));
    page.line("time limit", attempts_of(check));
    page.line("inverted", check.invert ? "OK when it fails" : "");
    page.line("changes", changes_of(check));
    page.line("every", check.every.count() > 0
                           ? text::format_duration(check.every)
                           : "");
    page.line("needs", text::join(check.depends_on, ", "));
    page.line("needed by", dependants_of(check, options));
    page.line("groups", text::join(check.groups, ", "));
    page.line("labels", text::join(check.labels, ", "));
}

void add_present(Page& page, const Outcome& outcome) {
    if (!outcome.finished) {
        page.line("state", "never run");
        return;
    }
    std::string state{outcome.skipped() ? "SKIPPED" : word_of(*outcome.state)};
    if (outcome.since) {
        state += " since " + time_cell(*outcome.since) + " UTC";
    }
    page.line("state", state);
    page.line("message", outcome.message);
}

// Of the oldest first; a skip and a failure have none.
std::string latencies(const Results& results) {
    std::vector<std::optional<double>> values;
    for (const PastResult& result : results) {
        const bool told = result.state == "ok" || result.state == "warning";
        values.push_back(told ? std::optional{result.seconds} : std::nullopt);
    }
    std::ranges::reverse(values);
    return sparkline(values);
}

void add_results(Page& page, const Results& results) {
    if (results.empty()) {
        return;
    }
    text::Table table;
    table.column("at (UTC)").column("found");
    table.column("seconds", text::Align::right).column("message");
    for (const PastResult& result : results) {
        table.row({time_cell(result.at), upper_word(result.state),
                   fmt::format("{:.3f}", result.seconds),
                   text::excerpt(result.message, k_longest_cell)});
    }
    page.line("latencies", latencies(results));
    page.add("\n" + table.str());
}

std::string results_json(const Results& results) {
    text::JsonWriter json;
    json.begin_array();
    for (const PastResult& result : results) {
        json.begin_object().field("state", result.state);
        json.field("at", clock::format_utc(
                             clock::WallTime{clock::Duration{result.at}}));
        json.field("seconds", result.seconds);
        json.field("message", result.message).end_object();
    }
    return json.end_array().str();
}

}  // namespace

run::Result explain(run::Context& context, const Options& options) {
    const Check& check = find(options);
    const Outcome present =
        remembered_outcome(check, load_memory(context, Source::all));
    const Results results = past(context, check);
    Page page;
    add_configured(page, check, options);
    add_present(page, present);
    add_results(page, results);
    run::Result result;
    result.text = page.text();
    result.details.emplace_back("check", checks_json({present}));
    result.details.emplace_back("results", results_json(results));
    return result;
}

}  // namespace lark_batch::healthcheck
