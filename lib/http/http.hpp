// HTTP on libcurl's multi interface: many requests in flight on kept-alive
// connections, driven by one thread. Certificates are always verified.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/clock/clock.hpp"

namespace lark_batch::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Settings {
    clock::Duration connect_timeout{5'000};
    clock::Duration total_timeout{30'000};  // of one attempt
    std::size_t max_body = 16u << 20;       // bytes of an answer's body
    // Bytes of each request in flight that wait to be taken in; the default
    // takes a page of 50 users (about 40 KB) in a single event.
    std::size_t receive_buffer = 128u << 10;
    std::size_t max_connections = 16;  // to one host
    std::string proxy;     // empty: http_proxy and friends decide; loopback
                           // is never asked through a proxy
    std::string no_proxy;  // as curl's CURLOPT_NOPROXY; empty: no_proxy
    std::string ca_file;   // empty: the system's bundle
    std::string user_agent = "lark-batch/" LARK_BATCH_VERSION;
};

enum class IpVersion { any, v4, v6 };

// What few requests need. A request that has extras uses a connection of its
// own, has no limit in time but the total one, and reports Details.
struct Extras {
    std::optional<std::size_t> max_body{};  // nothing: the client's
    // Redirects that are followed. Headers and body go along to the same
    // scheme, host and port only: what would carry a body elsewhere (307,
    // 308) is not followed.
    int follow = 0;
    IpVersion ip_version = IpVersion::any;
    std::string ca_file{};     // empty: the client's
    bool certificate = false;  // costs some time; https only
};

struct Request {
    std::string method = "GET";
    std::string url;
    Headers headers;  // may hold a bearer token: never logged
    std::string body;
    // Nothing: the client's. Zero and less fail after a millisecond.
    std::optional<clock::Duration> total_timeout{};
    std::optional<Extras> extras{};
};

// Why no answer came. `none` means that one did.
enum class Fault {
    none,
    unresolved,   // DNS
    unconnected,  // refused, or the connect deadline passed
    tls,          // the certificate or the handshake
    timeout,      // the total deadline passed
    broken,       // reset, or cut off in mid-answer
    too_large,    // more than max_body
    bad_request,  // our mistake: malformed URL of server or proxy
};

// The first of the chain that the server showed.
struct Certificate {
    std::string subject;  // "CN = example.org"
    std::string issuer;
    std::string names;  // "DNS:example.org, DNS:www.example.org"
    std::optional<clock::WallTime> expires_at;
};

// Of the last request, when redirects were followed; seconds since it began.
// A stage that was not come to is 0.
struct Details {
    double resolved = 0;
    double connected = 0;
    double secured = 0;  // TLS is done; 0 without TLS
    double first_byte = 0;
    int redirects = 0;                       // that were followed
    std::string host;                        // that was asked last
    std::string address;                     // its IP address
    std::optional<Certificate> certificate;  // when it was asked for
};

struct Response {
    Fault fault = Fault::none;
    std::string fault_text;  // mostly curl's words, never with a password
    int os_error = 0;        // errno(3) of unconnected, where it is known
    int status = 0;
    Headers headers;  // names in lower case
    std::string body;
    std::chrono::microseconds elapsed{0};  // redirects included
    std::optional<Details> details{};      // of a request with extras

    // The first header of that lower-case name, or empty.
    std::string_view header(std::string_view name) const;
    bool answered() const { return fault == Fault::none; }
};

class Client {
public:
    using Done = std::function<void(Response&&)>;

    // Loads libcurl; TLS is set up by the first request that speaks it.
    explicit Client(Settings settings);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Starts a request; `done` is called from within step(), exactly once
    // unless the client is destroyed first. It may start further requests,
    // and it may move the body out. Beyond max_connections to one host a
    // request waits in here with its time running: callers that have more
    // queue it themselves. Only GET and HEAD use a kept-alive connection:
    // when such a connection dies, libcurl repeats the request unasked.
    void start(Request request, Done done);

    // Moves bytes for at most `wait`, returns as soon as at least one
    // request ended, a signal arrived, wake() was called or the time is
    // over. What a callback throws comes out of here.
    void step(clock::Duration wait);

    // Ends the present or the next step() early. May be called by any thread.
    void wake();

    // Starts, steps, and waits for this one answer.
    Response fetch(Request request);

    std::size_t in_flight() const;
    const Settings& settings() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::http
