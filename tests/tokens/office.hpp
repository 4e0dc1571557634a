// Lark with people who have consented, an empty database, and the programs
// that keep their tokens between the two.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/postgres.hpp"
#include "tests/support/sandbox.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

using nlohmann::json;
using Strings = std::vector<std::string>;

// Every secret of the fixture that is no token begins like this.
inline constexpr const char* k_planted = "planted-secret-70ce45";
inline constexpr const char* k_token_api = "/open-apis/authen/v2/oauth/token";

struct Person {
    std::string open_id;
    std::string access_token;
    std::string refresh_token;
};
using People = std::vector<Person>;

struct KeyEntry {
    std::string id;
    std::string text;
};
// 32 equal bytes each; the imposter goes by the first one's id.
extern const KeyEntry k_first_key;
extern const KeyEntry k_second_key;
extern const KeyEntry k_imposter;

// What one run of a program came to.
struct Ran {
    int exit_code = -1;
    std::string out{};
    std::string err{};
    json result{};  // with --json
    double seconds = 0;

    const json& app(std::size_t place = 0) const {
        return result.at("apps").at(place);
    }
    // Of the object "refresh".
    int count(const char* fate, std::size_t place = 0) const {
        return app(place).at("refresh").at(fate).get<int>();
    }
    bool says(const std::string& words) const {
        return err.find(words) != std::string::npos;
    }
};

struct Setup {
    std::vector<KeyEntry> keys{k_first_key};
    std::string secret = k_planted;  // of every app
    std::string sections{};          // more TOML
};

// Whether the text holds a token of the sandbox's making, a key or a planted
// secret.
bool tells_secret(const std::string& text);

class Office {
public:
    // Lark knows each app as "cli_office_<name>", its secret is k_planted.
    explicit Office(Strings apps = {"hr"}, const Strings& flags = {});

    // Writes the configuration; tokens are due a day before their end unless
    // the sections say something else.
    void configure(const Setup& setup = {}) const;
    // For Setup::sections: a channel, and all severities routed to these.
    std::string channel(const std::string& name, const std::string& kind,
                        const std::string& url) const;
    static std::string routes(const Strings& channels);

    // --- programs; each output is searched for secrets
    Command check_command(const Strings& more = {},
                          const std::string& state = "state") const;
    Command admin_command(const Strings& arguments,
                          const std::string& input = {},
                          const std::string& state = "state") const;
    // With --json; the run must end with that code.
    Ran check_to(int exit_code, const Strings& more = {},
                 const std::string& state = "state") const;
    Ran admin(const Strings& arguments, const std::string& input = {}) const;
    // token print: its output is a secret by intent, `out` has no end of line.
    Ran print(const std::string& open_id, const Strings& more = {}) const;

    // --- people
    // So many people consent, from that position in the company on.
    People consent(int count, int first = 0, const std::string& app = "hr",
                   const std::string& scope = "") const;
    void import(const People& people, const std::string& app = "hr") const;
    People employ(int count, int first = 0,
                  const std::string& app = "hr") const;

    // --- Lark
    // At the token endpoint; the rule's "app" is our name for it.
    void fault(json action, json rule = {}) const;
    void heal() const;
    void lark(const std::string& control, const json& body) const;
    int calls(const std::string& api) const;
    // By open_id: sha256 of the one refresh token that works, refreshed, ...
    std::map<std::string, json> living(const std::string& app = "hr") const;
    int refreshes(const std::string& app = "hr") const;
    const Sandbox& sandbox() const { return m_sandbox; }

    // --- the database
    std::string sql(const std::string& text) const;
    // All tokens end in that time.
    void end_in(const std::string& interval) const;
    // "valid", "needs_login/lost", "valid/failing"
    std::string state_of(const Person& person) const;
    // Journal outcomes in order, "refreshed,lost"; "open" for one without.
    std::string journal_of(const Person& person) const;
    // Whether the stored refresh token is the one that works at Lark.
    bool holds_living_pair(const Person& person) const;

    const std::string& database() const { return m_database; }
    const TempDir& dir() const { return m_dir; }

private:
    std::string config_file(const std::string& state) const;

    Strings m_apps;
    Sandbox m_sandbox;
    TempDir m_dir;
    std::string m_database;
};

// The programs' JSON lines of these people's grants.
std::string import_lines(const People& people);

Ran ran(const Finished& finished);

}  // namespace lark_batch::test
