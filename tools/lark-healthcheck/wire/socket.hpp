// TCP connections whose every wait ends with a deadline. Faults are
// Error(unavailable) in words for a person: "connection refused", "no route
// to host", "connection reset"; the end of the time is "no answer".
#pragma once

#include <string>

#include "lib/clock/clock.hpp"
#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"
#include "tools/lark-healthcheck/wire/endpoint.hpp"

namespace lark_batch::healthcheck {

// Connected, non-blocking and closed by exec. Tries the host's addresses in
// turn, each with its share of the time; the last one's fault is told.
// `ip_version` is "any", "4" or "6". Trap: the system's resolver knows no
// deadline; the engine leaves a thread that hangs in it behind.
files::Descriptor connect_to(const Endpoint& endpoint,
                             const std::string& ip_version,
                             const clock::Deadline& deadline);

// Waits for poll(2) `events`. False when the deadline has passed.
bool wait_for(int descriptor, short events, const clock::Deadline& deadline);

// What a number of errno(3) means for a connection.
std::string fault_words(int number);

errors::Error unavailable(const std::string& message);
errors::Error no_answer();

}  // namespace lark_batch::healthcheck
