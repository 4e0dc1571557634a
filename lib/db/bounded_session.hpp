// A read-only session for probes: every wait in it, that for the server's
// first word included, ends by a deadline. Only the resolver's cannot be
// bounded: libpq looks names up without a limit of ours.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/db/connection.hpp"

namespace lark_batch::db {

struct Rows {
    using Field = std::optional<std::string>;  // nothing: NULL

    std::vector<std::string> columns;
    std::vector<std::vector<Field>> rows;
};

class BoundedSession {
public:
    // Connects, and begins the one read-only transaction of its life. Of the
    // settings, url, password and application_name count. Throws
    // Error(config) when the URL is malformed, Error(timeout) when the
    // deadline passes, Error(unavailable) when the server cannot be reached
    // or refuses us.
    BoundedSession(const Settings& settings, const clock::Deadline& deadline);
    ~BoundedSession();
    BoundedSession(BoundedSession&&) noexcept;
    BoundedSession& operator=(BoundedSession&&) noexcept;

    // One statement (PostgreSQL refuses several); $1 and so on are the
    // parameters, as text. Throws Error(config) when the server does not
    // understand or allow it (SQLSTATE class 42, 25006), Error(timeout) when
    // it takes too long, Error(failed) when it yields more than `most` rows or
    // 16 MiB, or fails in another way, Error(unavailable) when the connection
    // is lost.
    // After an Error the session is of no more use.
    Rows ask(const std::string& sql,
             const std::vector<std::string>& parameters = {},
             std::size_t most = 1'000);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::db
