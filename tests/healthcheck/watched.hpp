// Services that a test breaks and mends, and lark-healthcheck that looks at
// them, with a database and a state folder of its own.
#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/run/world.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::test {

using nlohmann::json;

// What one run with --json came to.
struct Looked {
    int exit_code = -1;
    std::string err{};
    json result{};

    const json& check(const std::string& name) const;
    // "ok", "skipped"
    std::string state(const std::string& name) const;
    std::string message(const std::string& name) const;
    // How often standard error has that text.
    int said(const std::string& text) const;
};

class Watched : public World {
public:
    explicit Watched(const std::string& gateway_url = {});

    // A check of kind http; `more` are further keys of it.
    void add(const std::string& name, const std::string& more = {});
    void set_sections(const std::string& toml);
    // Its service answers 503, or 200 again, or nothing at all.
    void fail(const std::string& name);
    void mend(const std::string& name);
    void hang(const std::string& name);
    // How often it was asked.
    int asked(const std::string& name) const;

    Command health(const Arguments& arguments = {}) const;
    Looked look(const Arguments& arguments = {}) const;
    // The same, and the run must end with that code.
    Looked look_to(int exit_code, const Arguments& arguments = {}) const;

    // Of a check in the database: "critical|2".
    std::string kept(const std::string& name) const;
    std::string results() const;
    using World::dir;

private:
    std::string path_of(const std::string& name) const;
    void set(const std::string& name, const Reply& reply);
    void write_configuration();

    mutable std::mutex m_mutex;
    std::map<std::string, Reply> m_replies;  // by path
    std::vector<std::string> m_names;
    std::string m_checks;
    std::string m_sections;
    HttpServer m_services;
};

Looked looked(const Finished& finished);

}  // namespace lark_batch::test
