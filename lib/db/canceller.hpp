// Stops the statement that a session is waiting for, from another thread.
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

    // The statement then fails with SQLSTATE 57014; nothing happens if none
    // is running. Never throws: a cancel that fails changes nothing.
    void cancel() const;

private:
    struct Handle;
    std::unique_ptr<Handle> m_handle;
};

}  // namespace lark_batch::db
