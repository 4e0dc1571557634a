// Asks for the tenant token of one app, one question at a time, however many
// calls wait for it. Private to lib/lark.
#pragma once

#include <simdjson.h>

#include <memory>
#include <optional>
#include <string>

#include "lib/lark/client.hpp"
#include "lib/lark/envelope.hpp"
#include "lib/lark/errors.hpp"
#include "lib/lark/token.hpp"

namespace lark_batch::lark {

class TokenSource {
public:
    TokenSource(const App& app, http::Client& http, clock::Clock& clock,
                const clock::Deadline& deadline, Observer& observer)
        : m_app(app),
          m_http(http),
          m_clock(clock),
          m_deadline(deadline),
          m_observer(observer) {}

    Token& token() { return m_token; }
    // The value of the Authorization header; a token must be usable.
    const std::string& bearer() const { return m_bearer; }

    // Starts a request; the answer arrives from within http::Client::step().
    void fetch();
    bool asking() const { return m_asking; }

    // Why there is no token and will be none. A refusal stays; a server that
    // did not answer is forgotten by reading it.
    std::optional<Failure> take_failure();

private:
    void take(const http::Response& response);
    bool keep(const Envelope& envelope);
    void again(const http::Response& response, const Envelope& envelope,
               const Verdict& verdict);
    void give_up(Failure failure);

    const App& m_app;
    http::Client& m_http;
    clock::Clock& m_clock;
    const clock::Deadline& m_deadline;
    Observer& m_observer;
    simdjson::dom::parser m_parser;
    Token m_token;
    std::string m_bearer;
    bool m_asking = false;
    int m_attempts = 0;
    clock::Instant m_first;
    clock::Instant m_asked;
    std::optional<Failure> m_failure;
    // Answers look here first: the source may be gone before its request.
    std::shared_ptr<TokenSource*> m_alive =
        std::make_shared<TokenSource*>(this);
};

}  // namespace lark_batch::lark
