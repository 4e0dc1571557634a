// The OAuth side of the open API: codes and refresh tokens of people become
// access tokens. One client an app; calls run concurrently on one thread.
// https://open.larksuite.com/document/uAjLw4CM/ukTMukTMukTM/authentication-management/access-token/refresh-user-access-token
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/errors/error.hpp"
#include "lib/http/http.hpp"
#include "lib/lark/client.hpp"
#include "lib/text/secret.hpp"

namespace lark_batch::lark {

struct OAuthApp {
    std::string name;    // ours, in the configuration
    std::string app_id;  // Lark's
    text::Secret secret;
    std::string base_url;        // https://open.feishu.cn
    std::string accounts_url;    // https://accounts.feishu.cn
    std::string version = "v2";  // "v3": the endpoint on the accounts' host
    long long rate_per_second = 50;
    long long rate_per_minute = 1000;
};

// What the token endpoint gave.
struct Grant {
    text::Secret access_token;
    clock::Duration access_life{0};  // counted from `asked`; 0: not told
    text::Secret refresh_token;      // empty: none was given
    clock::Duration refresh_life{0};
    std::vector<std::string> scopes;
    clock::WallTime asked{};  // when the call that brought it began
};

// What a failure means for the code or refresh token that was presented.
enum class GrantFault {
    unavailable,  // not consumed: the server said so, or was never reached
    unknown,      // nobody saw the answer: it may have been consumed
    spent,        // used before, or revoked (20064, 20073)
    login,        // the person must consent again
    person,       // the person does not exist or may not work any more
    admin,        // an administrator of the tenant must act
    config,       // our settings of the app are wrong
    bug,          // our mistake
};

struct GrantFailure {
    GrantFault fault = GrantFault::bug;
    // Names the app, the endpoint, Lark's code and message, the log id.
    errors::Error error;
    long long code = 0;    // Lark's body code, 0 without one
    std::string log_id{};  // X-Tt-Logid
    // An attempt before this one went unanswered: `spent` then means that it
    // was consumed by ourselves and the answer is lost.
    bool after_unknown = false;
};

// What a person's consent page gave.
struct Authorization {
    std::string code;
    std::string redirect_uri;    // as the consent page was asked with
    text::Secret code_verifier;  // RFC 7636
};

// Whose token it is, from authen/v1/user_info.
struct Person {
    std::string open_id;
    std::string union_id;
};

class OAuthClient {
public:
    using OnGrant = std::function<void(Grant&&)>;
    using OnFailure = std::function<void(const GrantFailure&)>;
    using OnPerson = std::function<void(const Person&)>;
    using OnError = std::function<void(const Failure&)>;

    // Throws Error(config) unless the addresses are https or loopback. The
    // references must outlive the client.
    OAuthClient(OAuthApp app, http::Client& http, clock::Clock& clock,
                const clock::Deadline& deadline, Observer& observer);
    ~OAuthClient();
    OAuthClient(const OAuthClient&) = delete;
    OAuthClient& operator=(const OAuthClient&) = delete;

    // Each queues one call; exactly one of its callbacks comes, from within
    // http::Client::step() or advance(). Attempts that were surely not
    // processed (20050, 20072, 429, not connected) are repeated with pauses;
    // an unanswered one is repeated once, at once. With less than two seconds
    // left before the deadline nothing is started: what is queued then fails
    // as unavailable, or as unknown after an unanswered attempt.
    void refresh(text::Secret refresh_token, OnGrant on_grant,
                 OnFailure on_failure);
    void exchange(Authorization authorization, OnGrant on_grant,
                  OnFailure on_failure);
    void who_is(const text::Secret& access_token, OnPerson on_person,
                OnError on_error);

    // Starts what the rate windows and the connections allow. To be called
    // before each http::Client::step().
    void advance();
    // When advance() may find something to start; Instant::max() when only an
    // answer can change that.
    clock::Instant next_start() const;
    // How many further refreshes would start at once.
    std::size_t room() const;
    // When room() may next be more than none, asked after advance(), for a
    // caller that holds work back; now or earlier means at once,
    // Instant::max() when only an answer can change that.
    clock::Instant next_room() const;
    // Calls without an end yet.
    std::size_t open() const;

    // Drives everything queued to its end, which the deadline bounds. `tick`
    // as for Client::run().
    void run(const std::function<void()>& tick);

    // The consent page for `scopes`; `challenge` is the S256 code challenge.
    // https://open.larksuite.com/document/common-capabilities/sso/api/obtain-oauth-code
    std::string authorize_url(const std::string& redirect_uri,
                              const std::vector<std::string>& scopes,
                              const std::string& state,
                              const std::string& challenge) const;

    const OAuthApp& app() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::lark
