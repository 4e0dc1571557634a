// Groups of metrics that nobody pushes any more. A Pushgateway keeps them for
// ever, and they look as fresh as any other (its README, "When not to use").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/config/shared_options.hpp"
#include "lib/http/http.hpp"

namespace lark_batch::cleanup {

struct Group {
    std::string job;
    double pushed_at = 0;  // seconds since 1970, of the last good push
};

// Groups with the job as their only label, a name like ours and metrics like
// ours, from the answer of GET /api/v1/metrics. Throws Error(failed) for
// anything else.
std::vector<Group> parse_groups(std::string_view json);

// Whether a group is past its time: `retention` for programs of this release,
// a week at most for others.
bool is_stale(const Group& group, clock::WallTime now,
              clock::Duration retention);

class Gateway {
public:
    // Both must outlive it.
    Gateway(http::Client& http, const config::PushgatewaySettings& settings)
        : m_http(&http), m_settings(&settings) {}

    // Both throw Error(unavailable) when the gateway does not answer as it
    // should.
    std::vector<Group> groups();
    void remove(const Group& group);

private:
    http::Response ask(const std::string& method, const std::string& path);

    http::Client* m_http;
    const config::PushgatewaySettings* m_settings;
};

}  // namespace lark_batch::cleanup
