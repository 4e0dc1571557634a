#include "tests/support/postgres.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "tests/support/ports.hpp"

namespace lark_batch::test {

namespace {

namespace fs = std::filesystem;

fs::path newest_bin_folder() {
    fs::path best;
    int best_version = 0;
    std::error_code ignored;
    for (const auto& entry :
         fs::directory_iterator{"/usr/lib/postgresql", ignored}) {
        const int version = std::atoi(entry.path().filename().c_str());
        if (version > best_version && fs::exists(entry.path() / "bin/initdb")) {
            best_version = version;
            best = entry.path() / "bin";
        }
    }
    return best;
}

std::string without_last_newline(std::string text) {
    if (text.ends_with('\n')) {
        text.pop_back();
    }
    return text;
}

Finished must_succeed(const Command& command) {
    const auto finished = run(command);
    if (finished.exit_code != 0) {
        throw std::runtime_error(command.argv.front() + ": " + finished.err);
    }
    return finished;
}

}  // namespace

fs::path PostgresServer::program(const std::string& name) {
    static const fs::path folder = newest_bin_folder();
    if (folder.empty()) {
        throw std::runtime_error(
            "no PostgreSQL server in /usr/lib/postgresql (install postgresql)");
    }
    return folder / name;
}

PostgresServer::PostgresServer() : m_port(free_port()) {
    fs::create_directory(folder());
    give_to(folder(), server_user());
    init();
    start();
}

PostgresServer::~PostgresServer() {
    stop(Stop::immediate);
}

void PostgresServer::init() {
    Command command;
    command.argv = {program("initdb"),
                    "-D",
                    folder() / "data",
                    "-U",
                    "app",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                    "--no-instructions",
                    "--wal-segsize=1"};
    command.user = server_user();
    command.working_dir = folder();
    must_succeed(command);
}

Process PostgresServer::spawn_server() const {
    Command command;
    command.argv = {program("postgres"),    "-D", folder() / "data", "-p",
                    std::to_string(m_port), "-k", folder()};
    // Without max_wal_size the small segments bring a checkpoint every 64 MB;
    // synchronous_commit stays on, or a crash of the server loses commits.
    for (const char* setting :
         {"listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off",
          "shared_buffers=64MB", "max_connections=50", "max_wal_size=1GB"}) {
        command.argv.insert(command.argv.end(), {"-c", setting});
    }
    command.user = server_user();
    command.working_dir = folder();
    command.out_file = log();
    command.err_file = log();
    command.death_signal = SIGQUIT;
    return Process{command};
}

bool PostgresServer::answers() const {
    return run({program("pg_isready"), "-q", "-h", "127.0.0.1", "-p",
                std::to_string(m_port)})
               .exit_code == 0;
}

void PostgresServer::start() {
    // After kill9() the old workers may hold the shared memory for a moment,
    // and the new server gives up: start another.
    const auto ready = [&] {
        if (!m_server || !m_server->running()) {
            m_server.reset();
            m_server.emplace(spawn_server());
        }
        return answers();
    };
    if (!until(ready, std::chrono::seconds{20})) {
        throw std::runtime_error("PostgreSQL does not start: " +
                                 read_file(log()));
    }
}

void PostgresServer::stop(Stop mode) {
    if (!m_server) {
        return;
    }
    m_server->signal(mode == Stop::fast ? SIGINT : SIGQUIT);
    if (!m_server->wait(std::chrono::seconds{10})) {
        m_server->kill9();
    }
    m_server.reset();
}

void PostgresServer::kill9() {
    if (m_server) {
        m_server->kill9();
        m_server.reset();
    }
}

std::string PostgresServer::url(const std::string& database) const {
    return "postgresql://app@127.0.0.1:" + std::to_string(m_port) + "/" +
           database;
}

std::string PostgresServer::create_database(const std::string& source) {
    const auto name = "test_" + std::to_string(++m_databases);
    const auto copy = source.empty() ? "" : " TEMPLATE \"" + source + "\"";
    sql("postgres", "CREATE DATABASE \"" + name + "\"" + copy);
    return name;
}

void PostgresServer::drop_database(const std::string& name) {
    sql("postgres", "DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)");
}

std::string PostgresServer::sql(const std::string& database,
                                const std::string& text) const {
    Command command;
    command.argv = {program("psql"),   "-X", "-q", "-A", "-t",         "-v",
                    "ON_ERROR_STOP=1", "-f", "-",  "-d", url(database)};
    command.input = text;
    command.unset = {"PGOPTIONS", "PGSERVICE", "PGTZ", "PGCLIENTENCODING"};
    return without_last_newline(must_succeed(command).out);
}

PostgresServer& shared_postgres() {
    static PostgresServer server;
    return server;
}

}  // namespace lark_batch::test
