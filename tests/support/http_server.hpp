// A real HTTP/1.1 server inside the test, which can also misbehave.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/http_get.hpp"

namespace lark_batch::test {

struct HttpRequest {
    std::string method{};
    std::string target{};   // path and query, as sent
    HttpHeaders headers{};  // names in lower case
    std::string body{};

    // The first header of that lower-case name, or empty.
    std::string header(const std::string& name) const;
};

enum class Behaviour {
    normal,
    hang,      // never answers
    reset,     // RST instead of an answer
    truncate,  // announces the whole body, sends half of it, closes
    drip,      // one byte every 100 ms
};

struct Reply {
    int status = 200;
    HttpHeaders headers{};
    std::string body{};
    Behaviour behaviour = Behaviour::normal;
    Milliseconds delay{0};  // before the first byte
};

class HttpServer {
public:
    // The handler is called by one thread per connection, so by several at
    // once. What it throws becomes a 500.
    explicit HttpServer(std::function<Reply(const HttpRequest&)> handler);
    // Ends at once, also in the middle of a hang or a drip.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    std::string url() const;
    int port() const;

    // Everything received so far, in the order of arrival.
    std::vector<HttpRequest> requests() const;
    // Connections accepted so far.
    int connections() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::test
