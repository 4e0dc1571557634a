// A TCP server inside the test that says what the test wants, and misbehaves
// as servers do.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "tests/support/wait.hpp"

namespace lark_batch::test {

// One accepted connection. Every call ends when the server is destroyed or
// the peer is gone.
class Wire {
public:
    Wire(int descriptor, int stop);

    void say(const std::string& text) const;
    // A byte now and then, until the peer goes.
    void drip(const std::string& text,
              Milliseconds pause = Milliseconds{50}) const;
    // Up to a line feed, without it; empty at the end.
    std::string hear_line() const;
    // Says nothing more, until the peer goes.
    void hold() const;
    // RST in place of a proper end.
    void reset() const;

private:
    // False when it is time to stop.
    bool wait(short events, int milliseconds = -1) const;

    int m_descriptor;
    int m_stop;
};

class TcpServer {
public:
    // `talk` is called for every connection, on a thread of its own; the
    // connection is closed when it returns.
    explicit TcpServer(std::function<void(Wire&)> talk);
    ~TcpServer();
    TcpServer(const TcpServer&) = delete;
    TcpServer& operator=(const TcpServer&) = delete;

    int port() const;
    std::string address() const;  // "127.0.0.1:PORT"

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::test
