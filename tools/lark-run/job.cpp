#include "tools/lark-run/job.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "lib/log/log.hpp"
#include "lib/text/json_writer.hpp"
#include "tools/lark-run/attempt.hpp"
#include "tools/lark-run/verdict.hpp"

namespace lark_batch::lark_run {

namespace {

using clock::Duration;
using errors::Error;
using errors::Kind;

constexpr Duration k_longest_pause{std::chrono::minutes{15}};

Passing passing_of(const config::CommandSettings& manner) {
    if (manner.output == "never") {
        return Passing::never;
    }
    return manner.output == "always" ? Passing::always : Passing::on_failure;
}

std::string number_or_null(bool is_known, int number) {
    return is_known ? std::to_string(number) : "null";
}

// Refused here, or the command itself would seem to be missing.
void require_folder(const std::string& folder) {
    struct stat facts {};
    if (!folder.empty() &&
        (stat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode))) {
        throw Error{Kind::config,
                    fmt::format("the folder '{}' is not there", folder),
                    "see --directory"};
    }
}

class Worker {
public:
    Worker(run::Context& context, const Options& options)
        : m_context(&context),
          m_options(&options),
          m_outputs(
              passing_of(options.manner), options.manner.keep_output,
              context.settings().run.json ? STDERR_FILENO : STDOUT_FILENO),
          m_limits{[&context] { return context.deadline().remaining(); },
                   [&context] { return context.stop_reason().has_value(); },
                   options.manner.kill_after} {}

    run::Result work();

private:
    void attempt();
    bool pauses_for_another();
    process::Order order() const;
    std::string name() const { return process::name_of(order()); }
    std::string sentence() const;
    run::Result result() const;
    void tell_of_failure(run::Result& result) const;
    std::vector<std::pair<std::string, std::string>> fields() const;
    std::string kept_output() const;

    run::Context* m_context;
    const Options* m_options;
    HeldStopSignals m_signals;
    Outputs m_outputs;
    Limits m_limits;
    int m_attempts = 0;
    Ended m_ended;
    Verdict m_verdict;
};

process::Order Worker::order() const {
    process::Order order;
    order.argv = m_options->chosen_command();
    for (char** entry = environ; *entry != nullptr; ++entry) {
        // Those of a lark-run around us: getenv() finds the first.
        if (!std::string_view{*entry}.starts_with("LARK_RUN_")) {
            order.environment.emplace_back(*entry);
        }
    }
    order.environment.push_back("LARK_RUN_TASK=" + m_context->task());
    order.environment.push_back("LARK_RUN_ID=" + m_context->run_id());
    order.environment.push_back(fmt::format("LARK_RUN_ATTEMPT={}", m_attempts));
    order.folder = m_options->manner.directory;
    // From another session a terminal cannot be read.
    order.in = isatty(STDIN_FILENO) != 0 ? -1 : STDIN_FILENO;
    // Should we be killed, no second run begins beside the command.
    order.third = m_context->lock_file();
    order.own_session = true;
    order.default_signals = false;
    return order;
}

void Worker::attempt() {
    ++m_attempts;
    m_outputs.begin_attempt();
    m_ended = Attempt{m_signals, m_limits, m_outputs}.run(order());
    // systemd stops the command and us at once: that counts, though the
    // command was quicker than our next wait.
    m_signals.wait(Duration{0});
    m_verdict = judge(m_ended, m_options->manner);
    if (m_ended.left_others) {
        log::warning("processes that the command left behind were ended");
    }
}

// False when it would be of no use, or there is no time.
bool Worker::pauses_for_another() {
    const auto& manner = m_options->manner;
    if (!m_verdict.may_pass || m_ended.was_ended ||
        m_attempts > manner.retries) {
        return false;
    }
    const Duration pause =
        pause_before(m_attempts, manner.retry_delay, clock::random_seed());
    if (m_limits.left() <= pause) {
        log::warning("no time is left for another attempt");
        return false;
    }
    const double seconds = std::chrono::duration<double>(pause).count();
    log::warning("the command failed, trying again",
                 {{"reason", m_verdict.words},
                  {"attempt", m_attempts},
                  {"pause", fmt::format("{:.1f}s", seconds)}});
    const clock::Deadline end{clock::system_clock(), pause};
    while (!end.passed() && !m_limits.must_end()) {
        m_signals.wait(end.remaining());
    }
    return !m_limits.must_end();
}

run::Result Worker::work() {
    require_folder(m_options->manner.directory);
    do {
        attempt();
    } while (pauses_for_another());
    return result();
}

std::string Worker::sentence() const {
    const std::string attempts =
        m_attempts > 1 ? fmt::format(" at attempt {}", m_attempts) : "";
    return m_ended.lives_on
               ? fmt::format("'{}' could not be ended", name())
               : fmt::format("'{}' {}{}", name(), m_verdict.words, attempts);
}

std::vector<std::pair<std::string, std::string>> Worker::fields() const {
    const bool began = m_ended.cannot_start == 0 && !m_ended.lives_on;
    const process::End& last = m_ended.last;
    return {{"command", text::json_quote(name())},
            {"attempts", std::to_string(m_attempts)},
            {"command_exit_code",
             number_or_null(began && last.signal == 0, last.code)},
            {"signal", number_or_null(last.signal != 0, last.signal)},
            {"output_bytes", std::to_string(m_outputs.tail().total())},
            {"output_tail", text::json_quote(kept_output())}};
}

// Most commands say nothing: compiling the patterns takes a millisecond.
std::string Worker::kept_output() const {
    if (m_outputs.tail().total() == 0 || m_options->manner.keep_output == 0) {
        return {};
    }
    return m_outputs.tail().text(Redactor{m_options->redact});
}

void Worker::tell_of_failure(run::Result& result) const {
    if (auto stop = m_context->stop_reason()) {
        result.error = stop->within(sentence());
        return;
    }
    result.exit_code = m_verdict.exit_code;
    if (m_verdict.outcome == run::Outcome::failure) {
        result.error = Error{Kind::failed, sentence(), m_verdict.hint};
    }
}

run::Result Worker::result() const {
    run::Result result;
    result.outcome = m_verdict.outcome;
    result.summary = sentence();
    result.fields = fields();
    const bool done =
        !m_ended.was_ended && m_verdict.outcome == run::Outcome::success;
    if (!done) {
        m_outputs.show_held();
        tell_of_failure(result);
    }
    return result;
}

}  // namespace

Duration pause_before(int retry, Duration first, std::uint64_t random) {
    Duration pause = first;
    for (int i = 1; i < retry && pause < k_longest_pause; ++i) {
        pause *= 2;
    }
    pause = std::min(pause, std::max(first, k_longest_pause));
    const auto span = static_cast<std::uint64_t>(pause.count() / 10) + 1;
    return pause + Duration{static_cast<Duration::rep>(random % span)};
}

run::Result run_command(run::Context& context, const Options& options) {
    return Worker{context, options}.work();
}

}  // namespace lark_batch::lark_run
