// A migrated database with rows old and new, and lark-cleanup at it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/run/world.hpp"

namespace lark_batch::test {

using nlohmann::json;

// What one run of lark-cleanup with --json came to.
struct Cleaned {
    int exit_code = -1;
    std::string err{};
    json result{};

    const json& of(const std::string& class_name) const;
    int eligible(const std::string& name) const { return of(name)["eligible"]; }
    int deleted(const std::string& name) const { return of(name)["deleted"]; }
    int backlog(const std::string& name) const { return of(name)["backlog"]; }
    int held(const std::string& name) const { return of(name)["held"]; }
};

class CleanupWorld : public World {
public:
    explicit CleanupWorld(const std::string& gateway_url = {})
        : World(gateway_url) {}

    Cleaned clean(const Arguments& arguments = {}) const;
    // The same, and the run must end with that code.
    Cleaned clean_to(int exit_code, const Arguments& arguments = {}) const;
    Command cleanup(const Arguments& arguments = {}) const;

    int number(const std::string& query) const;
    int rows(const std::string& table, const std::string& where = "true") const;

    // `count` tokens of subjects "ou_<from>" and so on that ended so long ago
    // ("8 days"; negative: in the future).
    void add_tokens(int count, const std::string& ended_ago,
                    const std::string& state = "valid", int from = 1) const;
    // Departed so long ago, each with a membership.
    void add_departed(int count, const std::string& ago) const;

    using World::dir;
};

Cleaned read_result(const Finished& finished);

// A session of somebody else that has done this and keeps its transaction
// open.
class OpenTransaction {
public:
    OpenTransaction(std::string database, const std::string& statement);
    ~OpenTransaction() { end(); }
    OpenTransaction(const OpenTransaction&) = delete;
    OpenTransaction& operator=(const OpenTransaction&) = delete;

    // Whether a session waits for it.
    bool has_victim() const;
    // Rolls back.
    void end();

private:
    std::string m_database;
    std::string m_name;
    std::optional<Process> m_psql;
};

}  // namespace lark_batch::test
