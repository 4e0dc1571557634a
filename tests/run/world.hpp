// What a run lives in: a migrated database, a state folder, and the
// configuration that names them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

using Arguments = std::vector<std::string>;

// The program's path in the build folder.
std::string binary(const std::string& name);

// Whether the database is the test's own, or one that is emptied for each
// test, which is a good deal faster: runs, totals, pauses and notices.
enum class Rooms { own, shared };

class World {
public:
    // Without a gateway nothing is pushed.
    explicit World(const std::string& gateway_url = {},
                   Rooms rooms = Rooms::own);

    // These change what the next run is given.
    void set_gateway(const std::string& url);
    void set_database_url(const std::string& url) { m_database_url = url; }
    void set_state(const std::filesystem::path& path) { m_state = path; }
    void set_more(const std::string& toml) { m_more = toml; }
    // A port where nobody listens.
    void take_database_away();
    void give_database_back();

    const std::string& database() const { return m_database; }
    const std::filesystem::path& state() const { return m_state; }
    std::filesystem::path file(const std::string& name) const {
        return m_dir / name;
    }
    void touch(const std::string& name) const { m_dir.write(name, "\n"); }
    std::string sql(const std::string& text) const;

    // A command that reads the configuration as it is now.
    Command command(const std::string& program,
                    const Arguments& arguments = {}) const;
    Finished stub(const Arguments& arguments = {}) const;
    Process start_stub(const Arguments& arguments) const;

    // The newest run of any task: "outcome|exit_code".
    std::string last_run() const;
    // The value of a counter in the database, over all its labels that hold
    // this piece of text.
    double total(const std::string& metric,
                 const std::string& labels_part = {}) const;

protected:
    const TempDir& dir() const { return m_dir; }

private:
    std::string configuration() const;

    TempDir m_dir;
    std::string m_database;
    std::string m_database_url;
    std::filesystem::path m_state;
    std::string m_gateway_url;
    std::string m_more;
};

}  // namespace lark_batch::test
