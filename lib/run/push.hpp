// The push: a projection of what the database holds, within five seconds in
// all, whatever the gateway does. It never changes how the run ended.
#pragma once

#include <string>

#include "lib/clock/clock.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/http/http.hpp"

namespace lark_batch::run {

class Pusher {
public:
    Pusher(http::Client& http, const config::PushgatewaySettings& settings,
           std::string job);

    // One short try, at the beginning of a run.
    bool push_start(const std::string& exposition);

    // Up to three tries in what is left of the five seconds; one when the
    // gateway's answer would stay the same.
    bool push_end(const std::string& exposition);

private:
    enum class Push { stored, try_again, refused };

    Push attempt(const std::string& exposition, clock::Duration limit);

    http::Client* m_http;
    const config::PushgatewaySettings* m_settings;
    std::string m_job;
    clock::Duration m_left{5'000};
};

}  // namespace lark_batch::run
