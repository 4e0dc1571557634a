#include "tools/lark-healthcheck/engine.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "lib/text/quantity.hpp"
#include "tools/lark-healthcheck/desk.hpp"
#include "tools/lark-healthcheck/worker.hpp"

namespace lark_batch::healthcheck {

namespace {

using clock::Duration;
using clock::Instant;

// A stop flag that no event announces is looked at this often.
constexpr Duration k_look{200};
// A probe that keeps to its deadline says more than "no answer" if it is
// waited for this long.
constexpr Duration k_grace{50};
// How soon it is tried again when the system has no thread for us, and how
// long after the end of the last one of ours that is given up.
constexpr Duration k_try_again{20};
constexpr Duration k_give_up{500};
// Timers end up to so much early.
constexpr Duration k_hair{5};

Instant now() {
    return clock::system_clock().instant();
}

enum class Stage { waiting, running, pausing, done };

struct Task {
    Probed probed;
    Stage stage = Stage::waiting;
    Instant begin;  // of the attempt
    Instant end;    // of the attempt, or of the pause before the next
    bool needs_thread = false;
    bool on_thread = false;
};

double seconds_between(Instant begin, Instant end) {
    return std::chrono::duration<double>(end - begin).count();
}

bool is_bad(State state) {
    return state == State::critical || state == State::unknown;
}

// The probe's own words about what it waited for in vain, if it has any.
Finding too_late(const Check& check, const std::optional<Finding>& found) {
    const bool tells = found && is_bad(found->state);
    Finding finding;
    finding.note(
        state_of(check.timeout_state).value_or(State::critical),
        tells ? found->message()
              : "no answer within " + text::format_duration(check.timeout));
    return finding;
}

Finding still_hangs(const Check& check) {
    Finding finding;
    finding.note(state_of(check.timeout_state).value_or(State::critical),
                 "the attempt before it still hangs");
    return finding;
}

Finding without_thread() {
    Finding finding;
    finding.note(State::unknown, "no thread can be started");
    return finding;
}

Finding inverted(Finding found) {
    if (found.state == State::unknown) {
        return found;
    }
    const bool fails = found.state != State::critical;
    Finding turned;
    turned.measurements = std::move(found.measurements);
    turned.certificate_expiry = found.certificate_expiry;
    const std::string message = found.message();
    turned.note(fails ? State::critical : State::ok,
                (fails ? "should fail, but: " : "fails as it should: ") +
                    (message.empty() ? "OK" : message));
    return turned;
}

}  // namespace

struct Engine::Impl {
    Impl(const Surroundings& surroundings, http::Client& client)
        : around(surroundings),
          http(client),
          desk(std::make_shared<Desk>(client)) {}

    void start_some();
    void start(std::size_t at);
    void start_request(const WebKind& kind, Ticket ticket, Duration limit);
    void start_thread(Task& task, const Ticket& ticket, Duration limit);
    bool may_get_thread(const Task& task) const;
    void take_results();
    void take(Slip&& slip);
    void welcome_back(const Check* check);
    void judge(Task& task, Slip&& slip);
    void end_attempt(Task& task, Finding&& finding);
    void expire_overdue(Duration grace);
    bool all_done() const;
    bool over() const;
    Duration wait_time() const;
    Duration limit_of(const Check& check) const;
    std::vector<Probed> hand_over();

    Surroundings around;
    http::Client& http;
    std::shared_ptr<Desk> desk;
    const Limits* limits = nullptr;
    std::vector<Task> tasks;
    std::size_t running = 0;
    bool out_of_threads = false;  // for the moment
    Instant last_thread;          // when one of ours was seen
    long long round = 0;
    std::map<const Check*, int> left_behind;  // threads
};

Duration Engine::Impl::limit_of(const Check& check) const {
    return limits->deadline.at_most(
        std::chrono::duration_cast<Duration>(check.timeout));
}

void Engine::Impl::start_some() {
    out_of_threads = false;
    for (std::size_t at = 0; at < tasks.size(); ++at) {
        Task& task = tasks[at];
        if (running >= limits->parallel) {
            return;
        }
        const bool due = task.stage == Stage::waiting ||
                         (task.stage == Stage::pausing && task.end <= now());
        if (due && !(out_of_threads && task.needs_thread)) {
            start(at);
        }
    }
}

void Engine::Impl::start(std::size_t at) {
    Task& task = tasks[at];
    const Check& check = *task.probed.check;
    const Duration limit = limit_of(check);
    task.stage = Stage::running;
    task.begin = now();
    task.end = task.begin + check.timeout;
    ++task.probed.attempts;
    ++running;
    const Ticket ticket{round, at, task.probed.attempts, &check};
    const auto* const web = dynamic_cast<const WebKind*>(check.probe.get());
    if (web != nullptr) {
        start_request(*web, ticket, limit);
    } else if (left_behind.contains(&check)) {
        task.on_thread = false;
        desk->put({ticket, still_hangs(check)});
    } else {
        start_thread(task, ticket, limit);
    }
}

// A container may allow fewer threads than there are checks: then the end of
// another one is waited for.
void Engine::Impl::start_thread(Task& task, const Ticket& ticket,
                                Duration limit) {
    const auto& kind =
        dynamic_cast<const BlockingKind&>(*task.probed.check->probe);
    task.on_thread = start_worker(kind, around,
                                  clock::Deadline{clock::system_clock(), limit},
                                  desk, ticket);
    if (task.on_thread) {
        last_thread = now();
    } else if (may_get_thread(task)) {
        out_of_threads = true;
        task.stage = Stage::waiting;
        --task.probed.attempts;
        --running;
    } else {
        desk->put({ticket, without_thread()});
    }
}

// One that has left what it found needs a moment to be gone.
bool Engine::Impl::may_get_thread(const Task& task) const {
    return now() - last_thread < k_give_up ||
           std::ranges::any_of(tasks, [&](const Task& other) {
               return &other != &task && other.stage == Stage::running &&
                      other.on_thread;
           });
}

void Engine::Impl::start_request(const WebKind& kind, Ticket ticket,
                                 Duration limit) {
    std::optional<http::Request> request;
    Finding mistake = finding_of([&] {
        request = kind.request(around);
        return Finding{};
    });
    if (!request) {
        desk->put({ticket, std::move(mistake)});
        return;
    }
    request->total_timeout = limit;
    // The answer may come after this round: the desk knows what is stale.
    http.start(std::move(*request),
               [&kind, ticket, where = desk](http::Response&& response) {
                   if (response.fault == http::Fault::timeout) {
                       where->put({ticket, std::nullopt});
                       return;
                   }
                   where->put({ticket, finding_of([&] {
                                   return kind.judge(std::move(response));
                               })});
               });
}

void Engine::Impl::take_results() {
    for (Slip& slip : desk->take()) {
        take(std::move(slip));
    }
}

void Engine::Impl::take(Slip&& slip) {
    const bool stale =
        slip.ticket.round != round ||
        tasks[slip.ticket.task].stage != Stage::running ||
        tasks[slip.ticket.task].probed.attempts != slip.ticket.attempt;
    if (slip.from_thread) {
        last_thread = now();
    }
    if (!stale) {
        judge(tasks[slip.ticket.task], std::move(slip));
    } else if (slip.from_thread) {
        welcome_back(slip.ticket.check);
    }
}

void Engine::Impl::welcome_back(const Check* check) {
    const auto found = left_behind.find(check);
    if (found != left_behind.end() && --found->second == 0) {
        left_behind.erase(found);
    }
}

void Engine::Impl::judge(Task& task, Slip&& slip) {
    const bool is_late = now() + k_hair >= task.end;
    const bool is_last = limits->deadline.remaining() <= k_hair;
    const bool in_vain = !slip.finding || is_bad(slip.finding->state);
    if (is_late && (in_vain || now() >= task.end)) {
        end_attempt(task, too_late(*task.probed.check, slip.finding));
    } else if (!slip.finding || (is_last && in_vain)) {
        // The end of the whole cut it short, which says nothing about it.
        task.on_thread = false;
    } else {
        end_attempt(task, std::move(*slip.finding));
    }
}

void Engine::Impl::end_attempt(Task& task, Finding&& finding) {
    const Check& check = *task.probed.check;
    Probed& probed = task.probed;
    --running;
    probed.seconds = seconds_between(task.begin, now());
    const ThresholdText& limit = check.probe->main_value() == MainValue::time
                                     ? check.value
                                     : check.latency;
    finding.measure({"time", probed.seconds, "s", limit.parsed(), 0.0});
    probed.finding =
        check.invert ? inverted(std::move(finding)) : std::move(finding);
    probed.finished = true;
    const bool again =
        is_bad(probed.finding.state) && probed.attempts <= check.retries;
    task.stage = again ? Stage::pausing : Stage::done;
    task.end = now() + check.retry_delay;
}

void Engine::Impl::expire_overdue(Duration grace) {
    for (Task& task : tasks) {
        if (task.stage != Stage::running || task.end + grace > now()) {
            continue;
        }
        if (task.on_thread) {
            ++left_behind[task.probed.check];
        }
        end_attempt(task, too_late(*task.probed.check, std::nullopt));
    }
}

bool Engine::Impl::all_done() const {
    return std::ranges::all_of(
        tasks, [](const Task& task) { return task.stage == Stage::done; });
}

bool Engine::Impl::over() const {
    return all_done() || limits->deadline.passed() ||
           (limits->stopped && limits->stopped());
}

// Until the next thing that no event announces.
Duration Engine::Impl::wait_time() const {
    Instant next =
        now() + limits->deadline.at_most(out_of_threads ? k_try_again : k_look);
    for (const Task& task : tasks) {
        if (task.stage == Stage::running) {
            next = std::min(next, task.end + k_grace);
        } else if (task.stage == Stage::pausing) {
            next = std::min(next, task.end);
        }
    }
    return std::max(Duration::zero(),
                    std::chrono::ceil<Duration>(next - now()));
}

Engine::Engine(const Surroundings& around, http::Client& http)
    : m_impl(std::make_unique<Impl>(around, http)) {}

Engine::~Engine() {
    m_impl->desk->close();
}

std::vector<Probed> Engine::run(const std::vector<const Check*>& checks,
                                const Limits& limits) {
    Impl& impl = *m_impl;
    ++impl.round;
    impl.limits = &limits;
    impl.running = 0;
    impl.tasks.clear();
    for (const Check* check : checks) {
        Task task;
        task.probed.check = check;
        task.needs_thread =
            dynamic_cast<const WebKind*>(check->probe.get()) == nullptr;
        impl.tasks.push_back(std::move(task));
    }
    impl.start_some();
    impl.take_results();
    while (!impl.over()) {
        impl.http.step(impl.wait_time());
        impl.take_results();
        impl.expire_overdue(k_grace);
        impl.start_some();
    }
    impl.take_results();
    impl.expire_overdue(Duration::zero());
    return impl.hand_over();
}

std::vector<Probed> Engine::Impl::hand_over() {
    std::vector<Probed> all;
    for (Task& task : tasks) {
        if (task.stage == Stage::running && task.on_thread) {
            ++left_behind[task.probed.check];
        }
        all.push_back(std::move(task.probed));
    }
    // What comes from now on is late.
    ++round;
    tasks.clear();
    limits = nullptr;
    return all;
}

std::size_t Engine::threads_left_behind() const {
    m_impl->take_results();
    std::size_t all = 0;
    for (const auto& [check, threads] : m_impl->left_behind) {
        all += static_cast<std::size_t>(threads);
    }
    return all;
}

}  // namespace lark_batch::healthcheck
