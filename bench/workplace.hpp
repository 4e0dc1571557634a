// A private PostgreSQL and everything a sync needs around it.
#pragma once

#include <filesystem>
#include <string>

#include "bench/played_api.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::bench {

struct Rates {
    int per_second = 0;
    int per_minute = 0;
};

class Workplace {
public:
    // The folder holds the programs to measure.
    explicit Workplace(std::filesystem::path programs);

    const test::PostgresServer& server() const { return m_server; }
    const test::TempDir& dir() const { return m_dir; }
    std::string program(const std::string& name) const {
        return (m_programs / name).string();
    }
    std::string sync_program() const { return program("lark-sync-users"); }

    // A new database with our schema, and one with the floor's table; what
    // making them left to write is written.
    std::string migrated_database();
    std::string floor_database();
    void drop(const std::string& database);

    // Throws std::runtime_error unless the run succeeds.
    test::Finished sync(const PlayedApi& api, const std::string& database,
                        const Rates& rates = {}) const;

    // Rows written so far to the tables of the directory.
    double rows_written(const std::string& database) const;

    // With everything written, too.
    std::string copy_of(const std::string& source);

private:
    std::string configuration(const PlayedApi& api, const std::string& database,
                              const Rates& rates) const;

    std::filesystem::path m_programs;
    test::PostgresServer m_server;
    test::TempDir m_dir;
    std::string m_migrated;
    std::string m_floor;
};

}  // namespace lark_batch::bench
