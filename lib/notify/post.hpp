// One request of a sender's at a time, with the caller's patience. Private to
// lib/notify.
#pragma once

#include <optional>

#include "lib/errors/error.hpp"
#include "lib/notify/courier.hpp"

namespace lark_batch::notify {

// How long a request that has begun is waited for after a stop. The watchdog
// (lib/run/watchdog.hpp) cuts the database's session after fifteen seconds,
// and what was accepted must be recorded before.
inline constexpr clock::Duration k_patience{12'000};

// The run was stopped or is out of time.
bool ends_run(const errors::Error& error);

// The tick for what has begun and cannot be called back: what ends the run is
// kept and thrown only when patience is over.
class PatientTick {
public:
    // The courier must outlive it.
    explicit PatientTick(const Courier& courier) : m_courier(courier) {}

    void operator()();
    const std::optional<errors::Error>& ended() const { return m_ended; }

private:
    const Courier& m_courier;
    std::optional<errors::Error> m_ended;
    clock::Instant m_until{};
};

// Throws what the tick throws, and Error(timeout) after the deadline.
void check_time(const Courier& courier);

// Waits for the answer, ticking patiently. Before it begins, throws what the
// tick throws, and Error(timeout) when the deadline has passed.
http::Response ask(const Courier& courier, http::Request request);

// Waits until then, ticking. Throws as above.
void wait_until(const Courier& courier, clock::Instant end);

// The short wait before the one repetition of what surely did not arrive.
void pause(const Courier& courier);

// Whether there was no connection.
bool never_left(const http::Response& response);

// "got no answer: connection refused" or "was answered with HTTP 503". The
// address is not named: it holds a token.
std::string problem_of(const http::Response& response);

}  // namespace lark_batch::notify
