#include "lib/notify/post.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "lib/text/strings.hpp"

namespace lark_batch::notify {

namespace {

constexpr clock::Duration k_turn{200};
constexpr clock::Duration k_pause{1'000};

}  // namespace

bool ends_run(const errors::Error& error) {
    return error.kind() == errors::Kind::stopped ||
           error.kind() == errors::Kind::timeout;
}

void PatientTick::operator()() {
    try {
        m_courier.tick();
    } catch (const errors::Error& error) {
        const auto now = m_courier.clock.instant();
        if (!m_ended) {
            m_ended = error;
            m_until = now + k_patience;
        }
        if (now >= m_until) {
            throw errors::Error{*m_ended};
        }
    }
}

void check_time(const Courier& courier) {
    courier.tick();
    if (courier.deadline.passed()) {
        throw errors::Error{errors::Kind::timeout,
                            "the time limit passed while notices were sent"};
    }
}

http::Response ask(const Courier& courier, http::Request request) {
    check_time(courier);
    request.total_timeout =
        courier.deadline.at_most(courier.http.settings().total_timeout);
    // Shared: when patience ends, the answer still comes, to nobody.
    const auto answer = std::make_shared<std::optional<http::Response>>();
    courier.http.start(std::move(request), [answer](http::Response&& response) {
        *answer = std::move(response);
    });
    PatientTick tick{courier};
    while (!*answer) {
        tick();
        courier.http.step(k_turn);
    }
    return std::move(**answer);
}

void wait_until(const Courier& courier, clock::Instant end) {
    check_time(courier);
    for (auto now = courier.clock.instant(); now < end;
         now = courier.clock.instant()) {
        const auto left = std::chrono::ceil<clock::Duration>(end - now);
        courier.clock.sleep(courier.deadline.at_most(std::min(left, k_turn)));
        check_time(courier);
    }
}

void pause(const Courier& courier) {
    wait_until(courier, courier.clock.instant() + k_pause);
}

bool never_left(const http::Response& response) {
    return response.fault == http::Fault::unresolved ||
           response.fault == http::Fault::unconnected;
}

std::string problem_of(const http::Response& response) {
    if (!response.answered()) {
        return "got no answer: " + text::excerpt(response.fault_text, 200);
    }
    return "was answered with HTTP " + std::to_string(response.status);
}

}  // namespace lark_batch::notify
