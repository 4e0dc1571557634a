// Listens on 127.0.0.1 for the one redirect that ends a consent in the
// browser (RFC 8252, section 7.3), and on no other address.
// https://open.larksuite.com/document/common-capabilities/sso/api/obtain-oauth-code
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lib/clock/clock.hpp"

namespace lark_batch::admin {

// What the redirect brought: a code, or an error such as access_denied.
struct Redirect {
    std::string code;  // lives five minutes, works once: never logged
    std::string state;
    std::string error;
};

class Loopback {
public:
    // Listens from now on, so that a port in use is told before anybody
    // consents: Error(config). Port 0 lets the kernel choose. `path` begins
    // with a slash, `state` is what the redirect must bring back.
    Loopback(int port, std::string path, std::string state);
    ~Loopback();
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;

    int port() const;

    // The redirect_uri for the consent page; the app's settings must list it.
    std::string redirect_uri() const;

    // Waits for the redirect and answers the browser with a page in plain
    // words. Other paths are answered 404, another state or a request without
    // code and error 400, and the wait goes on. `tick` is called at least
    // every 200 ms and may throw to end it. Throws Error(failed) when nothing
    // came within `timeout`.
    Redirect wait_for_redirect(clock::Clock& clock, clock::Duration timeout,
                               const std::function<void()>& tick);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::admin
