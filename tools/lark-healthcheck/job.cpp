#include "tools/lark-healthcheck/job.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "lib/run/funnel.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/wiring.hpp"
#include "tools/lark-healthcheck/answer/answer.hpp"
#include "tools/lark-healthcheck/answer/gauges.hpp"
#include "tools/lark-healthcheck/answer/listing.hpp"
#include "tools/lark-healthcheck/answer/watch.hpp"
#include "tools/lark-healthcheck/choice.hpp"
#include "tools/lark-healthcheck/engine.hpp"
#include "tools/lark-healthcheck/history/keeping.hpp"
#include "tools/lark-healthcheck/history/notices.hpp"
#include "tools/lark-healthcheck/judge.hpp"
#include "tools/lark-healthcheck/kinds/command.hpp"

namespace lark_batch::healthcheck {

namespace {

// Every check may have a connection of its own, and 200 of them little memory.
http::Settings web_settings(const run::Context& context,
                            const Options& options) {
    http::Settings settings = run::http_settings(context.settings().http);
    settings.max_connections = static_cast<std::size_t>(options.parallel);
    settings.receive_buffer = 16u << 10;
    settings.max_body = 1u << 20;
    return settings;
}

std::string reason_of(const run::Context& context) {
    const auto reason = context.stop_reason();
    return reason ? reason->what() : "";
}

// The one check of the command line has all of --timeout for itself: when it
// is over, that is what was found of it, and no run that was cut short.
Limits limits_of(const run::Context& context, const Options& options) {
    const auto parallel = static_cast<std::size_t>(options.parallel);
    if (options.ad_hoc && context.settings().run.timeout.count() > 0) {
        const clock::Duration grace{250};
        return {parallel,
                clock::Deadline{clock::system_clock(),
                                context.settings().run.timeout + grace},
                [] { return run::stop_signal() != 0; }};
    }
    return {parallel, context.deadline(),
            [&context] { return context.stop_reason().has_value(); }};
}

void abandon_left(const Engine& engine) {
    kill_leftovers();
    if (engine.left_threads_behind()) {
        run::abandon_threads();
    }
}

// Those that are not due come from the memory, in their place.
std::vector<Outcome> run_checks(run::Context& context, const Options& options,
                                Engine& engine, const Memory& memory) {
    const clock::WallTime now = clock::system_clock().now();
    const auto chosen = options.chosen();
    std::vector<const Check*> due;
    std::ranges::copy_if(
        chosen, std::back_inserter(due), [&](const Check* check) {
            return options.only_looks() || is_due(*check, memory, now);
        });
    auto probed = engine.run(due, limits_of(context, options));
    abandon_left(engine);
    auto looked = outcomes_of(std::move(probed), reason_of(context));
    std::vector<Outcome> outcomes;
    auto next = looked.begin();
    for (const Check* check : chosen) {
        const bool fresh = next != looked.end() && next->check == check;
        outcomes.push_back(fresh ? std::move(*next++)
                                 : carried_outcome(*check, memory));
    }
    skip_dependent(outcomes);
    return outcomes;
}

// A look does not ask the database, and what the command line describes has
// no past.
Memory memory_for(run::Context& context, const Options& options) {
    if (options.ad_hoc) {
        return {};
    }
    return load_memory(context,
                       options.only_looks() ? Source::file : Source::all);
}

// Of all configured checks: a push replaces those of the last run.
void set_gauges(run::Context& context, const Options& options,
                const Memory& memory, const std::vector<Outcome>& outcomes) {
    std::map<const Check*, const Outcome*> fresh;
    for (const Outcome& outcome : outcomes) {
        if (outcome.finished) {
            fresh.emplace(outcome.check, &outcome);
        }
    }
    std::vector<Outcome> all;
    for (const Check& check : options.checks) {
        const auto found = fresh.find(&check);
        if (found != fresh.end()) {
            all.push_back(*found->second);
        } else if (check.enabled) {
            all.push_back(remembered_outcome(check, memory));
        }
    }
    const auto gauges = gauges_of(all);
    context.gauges().insert(context.gauges().end(), gauges.begin(),
                            gauges.end());
}

run::Result run_once(run::Context& context, const Options& options,
                     Engine& engine, Notices& notices) {
    Memory memory = memory_for(context, options);
    std::vector<Outcome> outcomes;
    context.stage("checks", [&] {
        outcomes = run_checks(context, options, engine, memory);
    });
    settle(memory, outcomes,
           context.recorded() ? Newcomers::welcome : Newcomers::left_out);
    if (context.recorded()) {
        context.stage("record",
                      [&] { keep(context, options, memory, outcomes); });
        set_gauges(context, options, memory, outcomes);
        context.stage("notify", [&] { notices.tell(memory); });
    }
    return answer(outcomes, summary_of(outcomes, reason_of(context)), options);
}

}  // namespace

run::Result look(run::Context& context, const Options& options) {
    if (options.command == "list") {
        return list(context, options);
    }
    if (options.command == "explain") {
        return explain(context, options);
    }
    require_checks(options);
    // Before anything is done: a template of theirs may be wrong.
    Notices notices{context, options};
    const Surroundings around{&context.settings(), options.prometheus_url,
                              options.alertmanager_url, &options.siblings};
    http::Client http{web_settings(context, options)};
    Engine engine{around, http};
    if (options.watch.count() == 0) {
        return run_once(context, options, engine, notices);
    }
    run::Result result = watch(options, engine, context.settings().run.timeout);
    abandon_left(engine);
    return result;
}

}  // namespace lark_batch::healthcheck
