// One app's view of the Lark/Feishu open API: its tenant token, its rate
// windows, its retries, its page chains. Calls run concurrently on one
// thread, answers arrive through callbacks from within run().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/errors/error.hpp"
#include "lib/http/http.hpp"
#include "lib/text/secret.hpp"

// Its header costs a second of compiling; whoever reads an answer includes it.
namespace simdjson::dom {
class element;
}  // namespace simdjson::dom

namespace lark_batch::lark {

struct App {
    std::string name;    // ours, in the configuration
    std::string app_id;  // Lark's
    text::Secret secret;
    std::string base_url;  // https://open.feishu.cn, no trailing slash
    long long rate_per_second = 50;    // per API; 0: no limit of ours
    long long rate_per_minute = 1000;  // per API; 0: no limit of ours
};

// A call. The template names the API for rate windows and metrics, for
// example "/open-apis/contact/v3/departments/:department_id/children".
struct Call {
    std::string api;   // route template, from a closed list
    std::string path;  // the template with its parameters filled in
    std::vector<std::pair<std::string, std::string>> query;  // unencoded
    std::string body{};  // JSON, of a POST; may hold personal data
};

// Why a call failed for good, after retries. The error names the app, the
// API, Lark's code and message, and the X-Tt-Logid.
struct Failure {
    errors::Error error;
    int http_status = 0;  // 0: no answer
    long long code = 0;   // Lark's body code, 0 when there was none
};

// What the calls of an app cost, for the run's result and its metrics.
class Observer {
public:
    virtual ~Observer() = default;
    // Each attempt; status 0 means that no answer came.
    virtual void attempt(const std::string& method, const std::string& api,
                         int status, std::chrono::microseconds elapsed) = 0;
    virtual void retry() = 0;
    virtual void rate_limited() = 0;
    virtual void token_fetched() = 0;
    // The fetch of a token failed and is tried again.
    virtual void token_retried() = 0;
    // It was given up; one refresh fails at most once.
    virtual void token_failed() = 0;
};

class Client {
public:
    // The envelope's `data`, or the whole answer of the few APIs without one
    // (bot/v3/info). Valid during the callback only.
    using Data = simdjson::dom::element;
    using OnData = std::function<void(const Data&)>;
    using OnFailure = std::function<void(const Failure&)>;
    // Called once at the end of a chain: nothing, or why it is incomplete.
    using OnEnd = std::function<void(const std::optional<Failure>&)>;

    // Throws Error(config) unless the base URL is https or loopback. The
    // references must outlive the client; one client at a time runs on `http`.
    Client(App app, http::Client& http, clock::Clock& clock,
           const clock::Deadline& deadline, Observer& observer);
    ~Client();

    // Queues one call. Exactly one of the callbacks comes, from run(); it may
    // queue further calls, but must not destroy the client.
    void get(Call call, OnData on_data, OnFailure on_failure);

    // The same as a POST. It is repeated like a GET, so `call` must be one
    // that may arrive twice: im/v1/messages with a uuid, for one.
    void post(Call call, OnData on_data, OnFailure on_failure);

    // Queues a page chain (page_size and page_token are added). `on_page`
    // comes for each page with an `items` array or other lists, then `on_end`
    // once. A failed page, has_more without a token, a token seen before and
    // a chain beyond its page limit are failures: a chain counts as complete
    // only when the server said so. 40012 and 40021 restart the chain once;
    // pages may therefore repeat, and callers de-duplicate by id.
    void get_pages(Call call, int page_size, OnData on_page, OnEnd on_end);

    // Drives all queued calls until none is left. `tick` is called at least
    // every 200 ms and may throw (stop flag, deadline) to end it early; the
    // passed deadline itself throws Error(timeout). An app that Lark has
    // denied a token is not asked for one again: its calls fail at once.
    void run(const std::function<void()>& tick);

    const App& app() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::lark
