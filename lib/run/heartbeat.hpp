// Tells a watcher outside of each run, as healthchecks.io and what is made
// like it expect: ADDRESS/start when it begins, ADDRESS when it succeeded,
// ADDRESS/fail when it did not; https://healthchecks.io/docs/http_api/.
// Within a second at the beginning and three at the end, whatever the watcher
// does; it never changes how the run ends.
#pragma once

#include <optional>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/http/http.hpp"
#include "lib/text/secret.hpp"

namespace lark_batch::run {

enum class Beat { start, success, failure };

class Heartbeat {
public:
    // `url` is a secret, because its path holds the check's id; empty: nobody
    // is told. One that is no https address (plain http is for this machine
    // itself) is warned of once, and nobody is told either. The client must
    // outlive it.
    Heartbeat(http::Client& http, const text::Secret& url, std::string run_id);

    void start();
    // `message`: a line for the watcher's log.
    void end(Beat beat, const std::string& message);

private:
    enum class Ping { arrived, try_again, refused };

    Ping ping(Beat beat, const std::string& message, clock::Duration limit);
    void warn(const std::string& reason) const;

    http::Client* m_http;
    text::Secret m_url;
    std::string m_run_id;
};

// The address of a ping: the word goes behind the path, and the run's id into
// the query, whatever that holds already.
std::string ping_url(const std::string& url, Beat beat,
                     const std::string& run_id);

}  // namespace lark_batch::run
