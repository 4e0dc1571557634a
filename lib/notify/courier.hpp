// What senders need from their caller, who owns all sessions.
#pragma once

#include <functional>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/http/http.hpp"
#include "lib/lark/client.hpp"

namespace lark_batch::notify {

struct Courier {
    http::Client& http;
    clock::Clock& clock;
    const clock::Deadline& deadline;
    // The client of the app with that name in the configuration. Throws
    // Error(config) when there is none.
    std::function<lark::Client&(const std::string& app)> lark;
    // Called at least once a second while something is waited for; may throw
    // Error(stopped) or Error(timeout).
    std::function<void()> tick;
};

}  // namespace lark_batch::notify
