#include "tests/tokens/office.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

namespace lark_batch::test {

const KeyEntry k_first_key{"k1",
                           "ERERERERERERERERERERERERERERERERERERERERERE="};
const KeyEntry k_second_key{"k2",
                            "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiI="};
const KeyEntry k_imposter{"k1", "MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM="};

namespace {

namespace fs = std::filesystem;

std::string app_id(const std::string& name) {
    return "cli_office_" + name;
}

Strings sandbox_flags(const Strings& apps, Strings flags) {
    for (const std::string& app : apps) {
        flags.insert(flags.end(), {"--app", app_id(app) + ":" + k_planted});
    }
    flags.insert(flags.end(),
                 {"--users", "60", "--departments", "6", "--die-with-parent"});
    return flags;
}

// As lark-admin leaves it; every case works on a copy.
const std::string& template_database() {
    static const std::string name = [] {
        PostgresServer& server = shared_postgres();
        const std::string fresh = server.create_database();
        server.sql(fresh, "\\i '" LARK_BATCH_SCHEMA "'");
        return fresh;
    }();
    return name;
}

std::string secret_file(const TempDir& dir, const std::string& name,
                        const std::string& text) {
    const fs::path file = dir.write(name, text);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    return file.string();
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

std::string of(const Person& person) {
    return " WHERE subject = '" + person.open_id + "'";
}

Command command(const char* program, const std::string& config,
                const Strings& arguments) {
    Command command;
    command.argv = {program, "--config", config};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    return command;
}

}  // namespace

// Tokens of the sandbox are a short word and forty hexadecimal digits.
bool tells_secret(const std::string& text) {
    static const std::regex token{"(u|ur|t|code)-[0-9a-f]{32}"};
    return text.find(k_planted) != std::string::npos ||
           text.find(k_first_key.text) != std::string::npos ||
           text.find(k_second_key.text) != std::string::npos ||
           text.find(k_imposter.text) != std::string::npos ||
           std::regex_search(text, token);
}

Ran ran(const Finished& finished) {
    CHECK(finished.signal == 0);
    CHECK_FALSE(tells_secret(finished.err));
    return {finished.exit_code, finished.out, finished.err,
            json::parse(finished.out, nullptr, false), finished.seconds};
}

std::string import_lines(const People& people) {
    std::string lines;
    for (const Person& person : people) {
        json line = {{"open_id", person.open_id},
                     {"access_token", person.access_token},
                     {"expires_in", 7200},
                     {"scope", "offline_access contact:user.base:readonly"}};
        if (!person.refresh_token.empty()) {
            line["refresh_token"] = person.refresh_token;
            line["refresh_token_expires_in"] = 604800;
        }
        lines += line.dump() + "\n";
    }
    return lines;
}

Office::Office(Strings apps, const Strings& flags)
    : m_apps(std::move(apps)),
      m_sandbox(sandbox_flags(m_apps, flags)),
      m_database(shared_postgres().create_database(template_database())) {
    configure();
}

void Office::configure(const Setup& setup) const {
    const std::string secret = secret_file(m_dir, "secret", setup.secret);
    std::string text = setup.sections + "\n[database]\nurl = " +
                       quoted(shared_postgres().url(m_database)) +
                       "\n[pushgateway]\nenabled = false\n";
    for (const std::string& app : m_apps) {
        text += "[[app]]\nname = " + quoted(app) +
                "\napp_id = " + quoted(app_id(app)) +
                "\napp_secret_file = " + quoted(secret) +
                "\nbase_url = " + quoted(m_sandbox.url()) +
                "\noauth = \"v2\"\nrate_per_second = 0\nrate_per_minute = 0\n";
    }
    for (const KeyEntry& key : setup.keys) {
        text += "[[token_key]]\nid = " + quoted(key.id) + "\nsecret_file = " +
                quoted(secret_file(m_dir, "key-" + key.id, key.text)) + "\n";
    }
    m_dir.write("common.toml", text);
    fs::remove(m_dir / "state.toml");
}

// One file for each state directory: its place has no other form. Programs
// may be reading it: it is never written twice.
std::string Office::config_file(const std::string& state) const {
    const fs::path file = m_dir / (state + ".toml");
    if (!fs::exists(file)) {
        fs::create_directory(m_dir / state);
        m_dir.write(state + ".toml",
                    "state_directory = " + quoted((m_dir / state).string()) +
                        "\n" + read_file(m_dir / "common.toml"));
    }
    return file.string();
}

std::string Office::channel(const std::string& name, const std::string& kind,
                            const std::string& url) const {
    return "[[channel]]\nname = " + quoted(name) + "\nkind = " + quoted(kind) +
           "\nurl_file = " + quoted(secret_file(m_dir, "url-" + name, url)) +
           "\n";
}

std::string Office::routes(const Strings& channels) {
    const std::string list = json(channels).dump();
    return "[notify]\nreminder = " + list + "\nurgent = " + list +
           "\ncritical = " + list + "\n";
}

// --- programs

Command Office::check_command(const Strings& more,
                              const std::string& state) const {
    Strings arguments{"--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return command(LARK_CHECK_TOKENS_BINARY, config_file(state), arguments);
}

Command Office::admin_command(const Strings& arguments,
                              const std::string& input,
                              const std::string& state) const {
    Command started = command(LARK_ADMIN_BINARY, config_file(state), arguments);
    started.input = input;
    return started;
}

Ran Office::check_to(int exit_code, const Strings& more,
                     const std::string& state) const {
    const Ran done = ran(run(check_command(more, state)));
    CHECK_FALSE(tells_secret(done.out));
    INFO(done.err);
    INFO(done.out);
    REQUIRE(done.exit_code == exit_code);
    REQUIRE(done.result.is_object());
    CHECK(done.result.at("exit_code") == done.exit_code);
    return done;
}

Ran Office::admin(const Strings& arguments, const std::string& input) const {
    const Ran done = ran(run(admin_command(arguments, input)));
    CHECK_FALSE(tells_secret(done.out));
    return done;
}

Ran Office::print(const std::string& open_id, const Strings& more) const {
    Strings arguments{"token",        "print",  "--app",
                      m_apps.front(), "--user", open_id};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Ran done = ran(run(admin_command(arguments)));
    done.out = done.out.substr(0, done.out.find('\n'));
    return done;
}

// --- people

People Office::consent(int count, int first, const std::string& app,
                       const std::string& scope) const {
    json body = {{"app", app_id(app)}, {"count", count}, {"first", first}};
    if (!scope.empty()) {
        body["scope"] = scope;
    }
    const json told =
        json::parse(m_sandbox.post("/_sandbox/grants", body.dump()));
    People people;
    for (const json& one : told.at("grants")) {
        people.push_back({one.at("open_id"), one.at("access_token"),
                          one.at("refresh_token")});
    }
    return people;
}

void Office::import(const People& people, const std::string& app) const {
    const Ran done =
        admin({"token", "import", "--app", app}, import_lines(people));
    INFO(done.err);
    REQUIRE(done.exit_code == 0);
}

People Office::employ(int count, int first, const std::string& app) const {
    People people = consent(count, first, app);
    import(people, app);
    return people;
}

// --- Lark

void Office::fault(json action, json rule) const {
    json match = {{"path", k_token_api}};
    if (rule.contains("app")) {
        match["app"] = app_id(rule.at("app"));
        rule.erase("app");
    }
    json body = {{"match", match}, {"action", std::move(action)}, {"times", 0}};
    body.update(rule.is_null() ? json::object() : rule);
    lark("faults", body);
}

void Office::heal() const {
    http_request("DELETE", m_sandbox.url() + "/_sandbox/faults");
}

void Office::lark(const std::string& control, const json& body) const {
    m_sandbox.post("/_sandbox/" + control, body.dump());
}

int Office::calls(const std::string& api) const {
    int total = 0;
    const json told = json::parse(m_sandbox.get("/_sandbox/stats"));
    for (const json& row : told.at("calls")) {
        total += row.at("api") == api ? row.at("total").get<int>() : 0;
    }
    return total;
}

std::map<std::string, json> Office::living(const std::string& app) const {
    std::map<std::string, json> found;
    const json told =
        json::parse(m_sandbox.get("/_sandbox/grants?app=" + app_id(app)));
    for (const json& one : told.at("grants")) {
        found[one.at("open_id")] = one;
    }
    return found;
}

int Office::refreshes(const std::string& app) const {
    int sum = 0;
    for (const auto& [open_id, one] : living(app)) {
        sum += one.at("refreshed").get<int>();
    }
    return sum;
}

// --- the database

std::string Office::sql(const std::string& text) const {
    return shared_postgres().sql(m_database, text);
}

void Office::end_in(const std::string& interval) const {
    sql("UPDATE lark_batch.tokens SET refresh_expires_at = now() + interval '" +
        interval +
        "', access_expires_at = now() - interval '1 second'"
        " WHERE refresh_expires_at IS NOT NULL");
}

std::string Office::state_of(const Person& person) const {
    return sql(
        "SELECT state || CASE WHEN reason <> '' THEN '/' || reason"
        " WHEN failing_since IS NOT NULL THEN '/failing' ELSE '' END"
        " FROM lark_batch.tokens" +
        of(person));
}

std::string Office::journal_of(const Person& person) const {
    return sql(
        "SELECT string_agg(coalesce(outcome, 'open'), ','"
        " ORDER BY begun_at) FROM lark_batch.token_refresh_journal" +
        of(person));
}

bool Office::holds_living_pair(const Person& person) const {
    const std::string stored =
        sql("SELECT encode(refresh_hash, 'hex') FROM lark_batch.tokens" +
            of(person));
    for (const std::string& app : m_apps) {
        const auto all = living(app);
        const auto found = all.find(person.open_id);
        if (found != all.end()) {
            return found->second.at("sha256") == stored;
        }
    }
    return false;
}

}  // namespace lark_batch::test
