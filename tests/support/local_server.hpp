// A program that serves HTTP on a free loopback port and says when it is
// ready.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

class LocalServer {
public:
    int port() const { return m_port; }
    std::string url() const;
    pid_t pid() const { return m_process ? m_process->pid() : -1; }
    std::filesystem::path log() const { return m_dir / "server.log"; }
    const TempDir& dir() const { return m_dir; }

    // GET below url().
    std::string get(const std::string& path) const;

    void stop();
    void kill9();
    // On the same port and data; waits until it is ready.
    void start();

protected:
    LocalServer();
    ~LocalServer() = default;

    // The derived constructor sets these and calls start().
    Command m_command;
    std::string m_ready_path = "/-/ready";

private:
    TempDir m_dir;
    int m_port;
    std::optional<Process> m_process;
};

}  // namespace lark_batch::test
