// One PostgreSQL session. It never reconnects by itself: the task's advisory
// lock and the staging tables die with the session, and a session that came
// back silently would have neither.
#pragma once

#include <memory>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/errors/error.hpp"
#include "lib/text/secret.hpp"

namespace pqxx {
class connection_base;
}

namespace lark_batch::db {

struct Settings {
    std::string url;  // a postgresql:// URL or a libpq keyword string
    text::Secret password;
    clock::Duration connect_timeout{5'000};
    clock::Duration statement_timeout{300'000};
    clock::Duration lock_timeout{10'000};
    std::string application_name = "lark-batch";
};

// The connection was lost while a commit was under way: the server may or may
// not have done it. Look the run's id up, never repeat blindly.
class CommitInDoubt : public errors::Error {
public:
    CommitInDoubt()
        : Error(errors::Kind::unavailable,
                "the database connection was lost during a commit",
                "start the run again: it repairs what is missing") {}
};

class Connection {
public:
    // Throws Error(unavailable) when the server cannot be reached,
    // Error(config) when it refuses us or the URL is malformed. Neither
    // message holds the URL, which may carry a password.
    explicit Connection(const Settings& settings);
    ~Connection();
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;

    // For lib/db and the tools' queries.cpp. Finishes a copy under way.
    pqxx::connection_base& session();

    // Waits for the end of CopyBuffer::send_ahead(), if one is under way, and
    // throws what went wrong with it.
    void finish_copy();
    void note_copy_under_way() { m_copying = true; }

    // One statement outside a transaction, without result.
    void execute(const std::string& sql);

    // False after the server or the network went away, as far as is known.
    bool alive() const;

    // Looks whether the server has closed the session meanwhile, and throws
    // Error(unavailable) then. Costs no round trip.
    void expect_alive();

    // libpq's connection, for COPY (libpqxx 6.4's stream classes are slow or
    // broken).
    void* native() const;

private:
    void set_up(const std::string& sql, clock::Duration limit);

    class Session;
    std::unique_ptr<Session> m_session;
    bool m_copying = false;
};

}  // namespace lark_batch::db
