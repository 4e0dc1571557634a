// The part of Alertmanager's API v2 that checks ask.
// https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
#pragma once

#include <optional>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/http/http.hpp"

namespace lark_batch::healthcheck {

struct KnownAlert {
    bool active = false;  // false: silenced or inhibited
    clock::WallTime updated_at;
};

// All alerts of that name, whatever mutes them.
std::string alerts_url(const std::string& base_url, const std::string& name);

// The one that was updated last. Throws Error(failed) when the answer is none
// of that API.
std::optional<KnownAlert> read_known_alert(const http::Response& response);

}  // namespace lark_batch::healthcheck
