#include "lib/lark/client.hpp"

#include <algorithm>

#include "lib/http/url.hpp"
#include "lib/lark/envelope.hpp"
#include "lib/lark/errors.hpp"
#include "lib/lark/failure.hpp"
#include "lib/lark/schedule.hpp"
#include "lib/lark/token_source.hpp"
#include "lib/lark/wait.hpp"

namespace lark_batch::lark {

namespace {

using clock::Duration;
using clock::Instant;

constexpr const char* k_get = "GET";
constexpr const char* k_post = "POST";
constexpr Duration k_longest_pause{200};

App checked(App app) {
    app.base_url = http::checked_base_url("base_url of app '" + app.name + "'",
                                          app.base_url);
    return app;
}

std::optional<bool> has_more(const Client::Data& data) {
    bool more = false;
    return data["has_more"].get(more) == simdjson::SUCCESS ? std::optional{more}
                                                           : std::nullopt;
}

std::optional<std::string_view> page_token(const Client::Data& data) {
    std::string_view token;
    return data["page_token"].get(token) == simdjson::SUCCESS
               ? std::optional{token}
               : std::nullopt;
}

}  // namespace

struct Client::Impl {
    Impl(App chosen, http::Client& http_client, clock::Clock& run_clock,
         const clock::Deadline& run_deadline, Observer& run_observer)
        : app(checked(std::move(chosen))),
          http(http_client),
          clock(run_clock),
          deadline(run_deadline),
          observer(run_observer),
          tokens(app, http, clock, deadline, observer),
          schedule(app.rate_per_second, app.rate_per_minute) {}

    TaskPtr new_task(const char* method, const Call& call,
                     const http::Query& extra);
    void add_single(TaskPtr task, OnData on_data, OnFailure on_failure);
    http::Request request_of(const Task& task) const;
    void run(const std::function<void()>& tick);
    void fetch_token(Instant now);
    void start_calls(Instant now);
    void start(TaskPtr task, Instant now);
    void pause(Instant now);

    void take(TaskPtr task, const http::Response& response);
    void succeed(TaskPtr task, const http::Response& response,
                 const Envelope& envelope);
    void turn_page(TaskPtr task, const http::Response& response, Data data);
    bool repeat(TaskPtr& task, const http::Response& response,
                const Verdict& verdict);
    bool repeat_later(TaskPtr& task, const http::Response& response,
                      const Verdict& verdict);
    void fail(TaskPtr task, const Failure& failure);
    Origin origin_of(const Task& task) const;
    bool room() const { return in_flight < http.settings().max_connections; }

    App app;
    http::Client& http;
    clock::Clock& clock;
    const clock::Deadline& deadline;
    Observer& observer;
    TokenSource tokens;
    Schedule schedule;
    simdjson::dom::parser parser;
    std::size_t open = 0;       // calls and chains without an end yet
    std::size_t in_flight = 0;  // without the token's request
    // Answers look here first: run() may have been left by an exception.
    std::shared_ptr<Impl*> alive = std::make_shared<Impl*>(this);
};

TaskPtr Client::Impl::new_task(const char* method, const Call& call,
                               const http::Query& extra) {
    auto task = std::make_unique<Task>();
    task->method = method;
    task->lane = &schedule.lane(call.api);
    task->url = app.base_url + call.path;
    http::append_query(task->url, call.query);
    http::append_query(task->url, extra);
    ++open;
    return task;
}

void Client::Impl::add_single(TaskPtr task, OnData on_data,
                              OnFailure on_failure) {
    task->on_data = std::move(on_data);
    task->on_failure = std::move(on_failure);
    schedule.add_last(std::move(task));
}

Origin Client::Impl::origin_of(const Task& task) const {
    return {app.name, task.method, task.lane->api, task.attempts};
}

void Client::Impl::run(const std::function<void()>& tick) {
    while (open > 0) {
        tick();
        if (deadline.passed()) {
            throw errors::Error{errors::Kind::timeout,
                                "app '" + app.name +
                                    "': the time limit passed with " +
                                    std::to_string(open) + " calls unanswered"};
        }
        const Instant now = clock.instant();
        fetch_token(now);
        start_calls(now);
        pause(now);
    }
}

void Client::Impl::fetch_token(Instant now) {
    if (const auto failure = tokens.take_failure()) {
        for (TaskPtr& task : schedule.take_all()) {
            fail(std::move(task), *failure);
        }
    } else if (room() && tokens.token().wants_fetch(now)) {
        tokens.fetch();
    }
}

void Client::Impl::start_calls(Instant now) {
    while (room() && tokens.token().usable(now)) {
        TaskPtr task = schedule.take(now);
        if (!task) {
            return;
        }
        start(std::move(task), now);
    }
}

http::Request Client::Impl::request_of(const Task& task) const {
    http::Request request;
    request.method = task.method;
    request.url = task.url;
    if (task.chain && !task.chain->pages.token().empty()) {
        http::append_query(request.url,
                           {{"page_token", task.chain->pages.token()}});
    }
    request.headers = {{"Authorization", tokens.bearer()}};
    if (task.method == k_post) {
        request.headers.emplace_back("Content-Type",
                                     "application/json; charset=utf-8");
        request.body = task.body;  // copied: it may have to go again
    }
    request.total_timeout = deadline.at_most(http.settings().total_timeout);
    return request;
}

void Client::Impl::start(TaskPtr task, Instant now) {
    if (task->attempts++ == 0) {
        task->first_start = now;
    }
    task->token_generation = tokens.token().generation();
    http::Request request = request_of(*task);
    ++in_flight;
    // std::function copies what it holds, a task cannot be copied.
    auto held = std::make_shared<TaskPtr>(std::move(task));
    http.start(std::move(request),
               [held, self = std::weak_ptr(alive)](http::Response&& response) {
                   if (const auto client = self.lock()) {
                       (*client)->take(std::move(*held), response);
                   }
               });
}

void Client::Impl::pause(Instant now) {
    if (open == 0) {
        return;
    }
    Instant next = Instant::max();
    if (room()) {
        next = tokens.token().usable(now) ? schedule.next_start()
                                          : tokens.token().next_fetch();
    }
    Duration wait = deadline.at_most(k_longest_pause);
    if (next != Instant::max()) {
        const auto left = std::chrono::ceil<Duration>(next - now);
        wait = std::clamp(left, Duration::zero(), wait);
    }
    if (in_flight > 0 || tokens.asking()) {
        http.step(wait);
    } else {
        clock.sleep(wait);
    }
}

void Client::Impl::take(TaskPtr task, const http::Response& response) {
    --in_flight;
    task->lane->windows.ended(clock.instant());
    observer.attempt(task->method, task->lane->api, response.status,
                     response.elapsed);
    const Envelope envelope =
        response.answered() ? read_envelope(parser, response.body) : Envelope{};
    const Verdict verdict =
        judge({response.fault, response.status, envelope.valid, envelope.code});
    if (verdict.reaction == Reaction::accept) {
        succeed(std::move(task), response, envelope);
    } else if (repeat(task, response, verdict)) {
        observer.retry();
    } else {
        const Origin origin = origin_of(*task);
        fail(std::move(task), failure_of(origin, response, envelope, verdict));
    }
}

void Client::Impl::succeed(TaskPtr task, const http::Response& response,
                           const Envelope& envelope) {
    if (task->chain) {
        turn_page(std::move(task), response, envelope.data);
        return;
    }
    --open;
    task->on_data(envelope.data);
}

void Client::Impl::turn_page(TaskPtr task, const http::Response& response,
                             Data data) {
    Chain& chain = *task->chain;
    const Pages::Step step =
        chain.pages.advance(has_more(data), page_token(data));
    chain.on_page(data);
    if (step == Pages::Step::next) {
        task->attempts = 0;
        task->token_renewed = false;
        schedule.add_first(std::move(task));
    } else if (step == Pages::Step::broken) {
        const Failure failure =
            broken_chain(origin_of(*task), response, chain.pages.problem());
        fail(std::move(task), failure);
    } else {
        --open;
        chain.on_end(std::nullopt);
    }
}

// True when the task went back into the schedule.
bool Client::Impl::repeat(TaskPtr& task, const http::Response& response,
                          const Verdict& verdict) {
    switch (verdict.reaction) {
        case Reaction::renew_token:
            if (task->token_renewed) {
                return false;
            }
            task->token_renewed = true;
            tokens.token().refused(task->token_generation);
            schedule.add_first(std::move(task));
            return true;
        case Reaction::restart_pages:
            if (!task->chain || task->chain->pages.token().empty() ||
                !task->chain->pages.restart()) {
                return false;
            }
            schedule.add_first(std::move(task));
            return true;
        case Reaction::rate_limited:
            observer.rate_limited();
            return repeat_later(task, response, verdict);
        case Reaction::retry:
            return repeat_later(task, response, verdict);
        default:
            return false;
    }
}

bool Client::Impl::repeat_later(TaskPtr& task, const http::Response& response,
                                const Verdict& verdict) {
    const Instant now = clock.instant();
    const auto spent =
        std::chrono::duration_cast<Duration>(now - task->first_start);
    const auto wait =
        wait_before_next(verdict, response, task->attempts, spent);
    if (!wait) {
        return false;
    }
    if (verdict.reaction == Reaction::rate_limited) {
        // The limit is the API's, not the call's: nobody else tries either.
        task->lane->windows.block_until(now + *wait);
    }
    schedule.add_at(now + *wait, std::move(task));
    return true;
}

void Client::Impl::fail(TaskPtr task, const Failure& failure) {
    --open;
    if (task->chain) {
        task->chain->on_end(failure);
    } else {
        task->on_failure(failure);
    }
}

Client::Client(App app, http::Client& http, clock::Clock& clock,
               const clock::Deadline& deadline, Observer& observer)
    : m_impl(std::make_unique<Impl>(std::move(app), http, clock, deadline,
                                    observer)) {}

Client::~Client() = default;

// A call is handed over, callers move it in; what is read of it is copied.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void Client::get(Call call, OnData on_data, OnFailure on_failure) {
    m_impl->add_single(m_impl->new_task(k_get, call, {}), std::move(on_data),
                       std::move(on_failure));
}

void Client::post(Call call, OnData on_data, OnFailure on_failure) {
    TaskPtr task = m_impl->new_task(k_post, call, {});
    task->body = std::move(call.body);
    m_impl->add_single(std::move(task), std::move(on_data),
                       std::move(on_failure));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param)
void Client::get_pages(Call call, int page_size, OnData on_page, OnEnd on_end) {
    TaskPtr task = m_impl->new_task(k_get, call,
                                    {{"page_size", std::to_string(page_size)}});
    task->chain = std::make_unique<Chain>(
        Chain{Pages{}, std::move(on_page), std::move(on_end)});
    m_impl->schedule.add_last(std::move(task));
}

void Client::run(const std::function<void()>& tick) {
    m_impl->run(tick);
}

const App& Client::app() const {
    return m_impl->app;
}

}  // namespace lark_batch::lark
