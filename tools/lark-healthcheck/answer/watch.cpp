#include "tools/lark-healthcheck/answer/watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "lib/run/signals.hpp"
#include "lib/text/quantity.hpp"
#include "tools/lark-healthcheck/answer/answer.hpp"
#include "tools/lark-healthcheck/answer/answer_table.hpp"
#include "tools/lark-healthcheck/answer/screen.hpp"
#include "tools/lark-healthcheck/answer/sparkline.hpp"
#include "tools/lark-healthcheck/answer/wording.hpp"
#include "tools/lark-healthcheck/judge.hpp"

namespace lark_batch::healthcheck {

namespace {

using clock::Duration;
using clock::Instant;

constexpr std::size_t k_shown_rounds = 20;
// A signal that arrives just before a wait is noticed after this long.
constexpr Duration k_look{200};

Instant now() {
    return clock::system_clock().instant();
}

clock::Deadline end_of_round(Duration limit) {
    clock::Clock& clock = clock::system_clock();
    return limit.count() == 0 ? clock::Deadline{clock}
                              : clock::Deadline{clock, limit};
}

// What is remembered of one check.
struct Track {
    std::vector<std::optional<double>> latencies;  // the newest last
    std::optional<State> state;
    std::optional<clock::WallTime> since;

    void take(const Outcome& outcome);
};

void Track::take(const Outcome& outcome) {
    const bool failed = outcome.skipped() ||
                        worse(*outcome.state, State::unknown) == *outcome.state;
    if (latencies.size() == k_shown_rounds) {
        latencies.erase(latencies.begin());
    }
    latencies.push_back(failed ? std::nullopt : std::optional{outcome.seconds});
    if (!since || state != outcome.state) {
        since = outcome.checked_at;
    }
    state = outcome.state;
}

struct Round {
    std::vector<Outcome> outcomes;
    Summary summary;
    double seconds = 0;
};

class Watch {
public:
    Watch(const Options& options, Engine& engine, Duration limit)
        : m_options(options), m_engine(engine), m_limit(limit) {}

    void go_on();
    run::Result result() const;

private:
    Round look();
    bool ended() { return run::stop_signal() != 0 || m_screen.closed(); }
    std::string reason() const;
    void take(Round&& round);
    std::string page() const;
    void wait_until(Instant next);

    const Options& m_options;
    Engine& m_engine;
    Duration m_limit;
    Screen m_screen;
    std::map<const Check*, Track> m_tracks;
    Round m_last;
    long long m_rounds = 0;
};

std::string Watch::reason() const {
    if (run::stop_signal() != 0) {
        return fmt::format("stopped by signal {}", run::stop_signal());
    }
    return "the round took longer than its --timeout of " +
           text::format_duration(m_limit);
}

Round Watch::look() {
    const Instant begin = now();
    const Limits limits{static_cast<std::size_t>(m_options.parallel),
                        end_of_round(m_limit), [this] { return ended(); }};
    auto probed = m_engine.run(m_options.chosen(), limits);
    Round round;
    round.outcomes = outcomes_of(std::move(probed), reason());
    skip_dependent(round.outcomes);
    round.summary = summary_of(round.outcomes, reason());
    round.seconds = std::chrono::duration<double>(now() - begin).count();
    return round;
}

void Watch::take(Round&& round) {
    for (Outcome& outcome : round.outcomes) {
        Track& track = m_tracks[outcome.check];
        track.take(outcome);
        outcome.since = track.since;
    }
    m_last = std::move(round);
    ++m_rounds;
}

std::string Watch::page() const {
    const Terminal person = terminal();
    const auto time = clock::format_utc(clock::system_clock().now());
    const std::string head = fmt::format(
        "lark-healthcheck every {}: round {} at {} UTC took {}{}",
        text::format_duration(m_options.watch), m_rounds, time.substr(11, 8),
        span_in_words(m_last.seconds), person.present ? "; q ends" : "");
    const auto trend = [this](const Outcome& outcome) {
        const auto& latencies = m_tracks.at(outcome.check).latencies;
        // What stands to the right does not move.
        return sparkline(latencies) +
               std::string(k_shown_rounds - latencies.size(), ' ');
    };
    return fitted(head, person.columns) + "\n\n" +
           results_table(m_last.outcomes, m_last.summary, person, trend);
}

void Watch::wait_until(Instant next) {
    while (!ended() && now() < next) {
        m_screen.wait(
            std::min(k_look, std::chrono::ceil<Duration>(next - now())));
    }
}

void Watch::go_on() {
    m_screen.show("lark-healthcheck looks …");
    while (!ended()) {
        const Instant next = now() + m_options.watch;
        Round round = look();
        // A round that was cut short says less than the one before it.
        if (m_rounds == 0 || !ended()) {
            take(std::move(round));
            m_screen.show(page());
        }
        wait_until(next);
    }
}

run::Result Watch::result() const {
    run::Result result;
    result.exit_code = exit_code_of(m_last.summary.worst(), m_options.fail_on);
    result.summary = m_last.summary.counts();
    // What was on the alternate screen is gone.
    const Terminal person = terminal();
    result.table = results_table(m_last.outcomes, m_last.summary, person);
    return result;
}

}  // namespace

run::Result watch(const Options& options, Engine& engine, Duration limit) {
    Watch watch{options, engine, limit};
    watch.go_on();
    return watch.result();
}

}  // namespace lark_batch::healthcheck
