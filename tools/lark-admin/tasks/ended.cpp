#include "tools/lark-admin/tasks/ended.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>

#include "lib/db/schema.hpp"
#include "lib/metrics/names.hpp"
#include "lib/run/book.hpp"
#include "lib/run/host.hpp"
#include "lib/run/locks.hpp"
#include "lib/run/push.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-admin/tasks/pause.hpp"
#include "tools/lark-admin/tasks/unit_names.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

// systemd goes on after 90 seconds; a machine that goes down should not wait.
constexpr text::Milliseconds k_limit{4'000};
constexpr text::Milliseconds k_connect_limit{2'000};
constexpr text::Milliseconds k_statement_limit{2'000};
// The server notices the end of the killed run's session a little later.
constexpr clock::Duration k_lock_wait{1'000};
constexpr int k_shell_base = 128;

config::SharedSettings hurried(config::SharedSettings settings) {
    settings.run.timeout = k_limit;
    settings.database.connect_timeout =
        std::min(settings.database.connect_timeout, k_connect_limit);
    settings.database.statement_timeout = k_statement_limit;
    return settings;
}

std::optional<int> signal_number(const std::string& name) {
    for (int number = 1; number < NSIG; ++number) {
        const char* const known = sigabbrev_np(number);
        if (known != nullptr && name == known) {
            return number;
        }
    }
    return {};
}

// Only what has grown: this program does not know which other series a push
// would have to repeat.
std::vector<metrics::CounterTotal> executions(const metrics::Totals& totals) {
    std::vector<metrics::CounterTotal> counters;
    std::ranges::copy_if(totals.counters, std::back_inserter(counters),
                         [](const metrics::CounterTotal& total) {
                             return total.metric == metrics::k_executions.name;
                         });
    return counters;
}

void push(run::Context& context, const metrics::Totals& totals, int exit_code) {
    const config::SharedSettings& settings = context.settings();
    if (!settings.pushgateway.enabled) {
        return;
    }
    const metrics::Labels labels{{"task_name", context.task()}};
    const double now = clock::unix_seconds(clock::system_clock().now());
    const std::vector<metrics::Gauge> gauges{
        metrics::gauge(metrics::k_last_completion, labels, now),
        metrics::gauge(metrics::k_last_exit_code, labels, exit_code)};
    run::Pusher pusher{context.http(), settings.pushgateway,
                       group_of_task(context.task())};
    pusher.push_start(metrics::exposition(executions(totals), {}, gauges));
}

// False when no run was open.
bool record_killed(run::Context& context, const Ending& ending) {
    const clock::Deadline wait{clock::system_clock(), k_lock_wait};
    const auto tick = [&context] { context.check_stop(); };
    const auto lock = run::lock_file(context.settings().run.state_directory,
                                     context.task(), wait.remaining(), tick);
    const run::Watchdog watchdog{context.database(), context.deadline()};
    db::require_schema(context.database());
    run::lock_database(context.database(), context.task(), wait.remaining(),
                       tick);
    run::Book book{context, group_of_task(context.task()), {context.task()}};
    const auto totals = book.close_killed(
        run::host_name(), "the run was killed: " + ending.words());
    if (totals) {
        push(context, *totals, ending.exit_code());
    }
    return totals.has_value();
}

}  // namespace

Ending Ending::of(const config::Environment& environment,
                  const std::string& prefix) {
    const auto value = [&](const char* name) {
        return environment.get(prefix + name).value_or("");
    };
    return {value("SERVICE_RESULT"), value("EXIT_CODE"), value("EXIT_STATUS")};
}

std::string Ending::words() const {
    if (result == "signal" && !status.empty()) {
        return "signal " + status;
    }
    if (result == "core-dump" && !status.empty()) {
        return "core dump by signal " + status;
    }
    if (result == "exit-code" && !status.empty()) {
        return "exit code " + status;
    }
    return result;
}

int Ending::exit_code() const {
    if (const auto number = text::parse_integer(status)) {
        return static_cast<int>(*number);
    }
    const auto signal = signal_number(status);
    return signal ? k_shell_base + *signal
                  : errors::to_int(errors::ExitCode::failed);
}

void record_killed_run(const Settings& settings, const std::string& task,
                       const Ending& ending, std::ostream& out) {
    const config::SharedSettings shared = hurried(settings.shared);
    run::Context context{shared, task, k_program};
    try {
        out << (record_killed(context, ending)
                    ? "the run of '" + task + "' was killed (" +
                          ending.words() + "): recorded as a failure\n"
                    : "no run of '" + task + "' is open on this host\n");
    } catch (const Error& error) {
        out << "the next run of '" << task
            << "' records that it was killed: " << error.what() << '\n';
    }
}

bool was_killed() {
    return !Ending::of(config::Environment::of_process(), "").by_itself();
}

void record_ended(const Settings& settings, std::ostream& out) {
    const std::string& task = only_name(settings.named.names, "tasks ended");
    const Ending ending = Ending::of(config::Environment::of_process(), "");
    if (ending.result.empty()) {
        throw Error{Kind::usage, "$SERVICE_RESULT is not set",
                    "this is for systemd's ExecStopPost=; runs of a shell "
                    "that were killed are closed by the next run"};
    }
    if (!ending.by_itself()) {
        record_killed_run(settings, task, ending, out);
    }
}

}  // namespace lark_batch::admin
