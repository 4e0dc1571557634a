// Ends a wait for the server, from another thread.
#pragma once

#include <memory>

#include "lib/db/connection.hpp"

namespace lark_batch::db {

class Canceller {
public:
    explicit Canceller(const Connection& connection);
    ~Canceller();
    Canceller(const Canceller&) = delete;
    Canceller& operator=(const Canceller&) = delete;

    // Asks the server to give up the statement, which then fails with
    // SQLSTATE 57014. Returns at once and never throws: a server that hangs
    // does not answer this either.
    void cancel() const;

    // Cuts the connection: whoever waits for it sees it as lost.
    void cut() const;

private:
    struct Handle;
    std::shared_ptr<Handle> m_handle;  // outlives us in a cancel that hangs
};

}  // namespace lark_batch::db
