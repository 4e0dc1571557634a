// A private PostgreSQL: its own data folder, a free loopback port, fast and
// forgetful (no fsync).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

class PostgresServer {
public:
    // fast: clients are cut off, a clean end. immediate: as after a crash,
    // with recovery at the next start.
    enum class Stop { fast, immediate };

    // Throws std::runtime_error naming the package when there is no server.
    PostgresServer();
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    int port() const { return m_port; }
    pid_t pid() const { return m_server ? m_server->pid() : -1; }
    // Holds the socket of that port, too: host=<folder>.
    std::filesystem::path folder() const { return m_dir / "pg"; }
    std::filesystem::path log() const { return m_dir / "postgres.log"; }

    // postgresql://app@127.0.0.1:port/db, app being a superuser.
    std::string url(const std::string& database) const;

    // Returns the name of a new database, a copy of `source` if given (to
    // which nobody may be connected).
    std::string create_database(const std::string& source = "");
    void drop_database(const std::string& name);

    // What psql prints, unaligned, "|" between columns, rows by newline,
    // no newline at the end. Throws std::runtime_error with psql's words.
    std::string sql(const std::string& database, const std::string& text) const;

    void stop(Stop mode = Stop::fast);
    void kill9();
    // On the same port and data; waits until it answers.
    void start();

    // A program of the server's version, psql for one; not Debian's wrapper,
    // which takes ten times as long.
    static std::filesystem::path program(const std::string& name);

private:
    void init();
    Process spawn_server() const;
    bool answers() const;

    TempDir m_dir;
    int m_port;
    int m_databases = 0;
    std::optional<Process> m_server;
};

// One server for all tests of a binary, started by the first that asks.
PostgresServer& shared_postgres();

}  // namespace lark_batch::test
