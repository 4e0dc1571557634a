// A small company at the Lark API, and lark-sync-users reading it.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "tests/run/world.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/sandbox.hpp"

namespace lark_batch::test {

// Answers pushes with 200 and remembers them; hangs when told to.
class TestGateway {
public:
    TestGateway();

    std::string url() const { return m_server.url(); }
    void hang(bool on) { m_hang = on; }
    std::size_t pushes() const { return m_server.requests().size(); }
    // Of the last push.
    std::string body() const;

private:
    std::atomic<bool> m_hang{false};
    HttpServer m_server;
};

class SyncWorld : public World {
public:
    SyncWorld();

    TestGateway& gateway() { return m_gateway; }
    const TestGateway& gateway() const { return m_gateway; }
    Finished sync(const Arguments& arguments = {}) const;
    Process start_sync(const Arguments& arguments = {}) const;

    // Somebody leaves, is hired, is renamed; a department is renamed.
    void change_company() const;

    // Syncs until those who left count as departed: absent in two complete
    // runs. True when both went well and we have what Lark has.
    bool repair() const;

    // Makes the next call of that API slow.
    void slow_down(const std::string& path, int milliseconds) const;
    // Whether that call has come.
    bool was_slowed() const;
    void end_faults() const;

    // "users|departments|memberships": as Lark has them, as we have them.
    std::string truth() const;
    std::string stored() const;
    // Changes with every change of the stored directory.
    std::string fingerprint() const;

private:
    TestGateway m_gateway;
    Sandbox m_sandbox;
};

}  // namespace lark_batch::test
