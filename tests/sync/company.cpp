#include "tests/sync/company.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/process.hpp"

namespace lark_batch::test {

namespace {

std::vector<std::string> sandbox_flags(Size size,
                                       std::vector<std::string> more) {
    std::vector<std::string> flags = std::move(more);
    const std::string secret = k_planted;
    for (const std::string app : {"cli_first_app", "cli_second_app"}) {
        flags.insert(flags.end(), {"--app", app + ":" + secret + "-" + app});
    }
    flags.insert(flags.end(),
                 {"--users", std::to_string(size.people), "--departments",
                  std::to_string(size.departments), "--die-with-parent"});
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

std::string quoted(const std::string& text) {
    return "'" + text + "'";
}

}  // namespace

Company::Company(Size size, const std::vector<std::string>& flags)
    : m_sandbox(sandbox_flags(size, flags)),
      m_database(shared_postgres().create_database(template_database())) {
    std::filesystem::create_directory(m_dir / "state");
    configure({AppEntry{}});
}

void Company::configure(const std::vector<AppEntry>& apps,
                        const std::string& more) const {
    std::string text = "state_directory = \"" + (m_dir / "state").string() +
                       "\"\n" + more + "\n[database]\nurl = \"" +
                       shared_postgres().url(m_database) +
                       "\"\n[pushgateway]\nenabled = false\n";
    for (const AppEntry& app : apps) {
        const auto file = m_dir.write("secret-" + app.name, app.secret);
        std::filesystem::permissions(file,
                                     std::filesystem::perms::owner_read |
                                         std::filesystem::perms::owner_write);
        text += "[[app]]\nname = \"" + app.name + "\"\napp_id = \"" +
                app.app_id + "\"\napp_secret_file = \"" + file.string() +
                "\"\nbase_url = \"" + m_sandbox.url() +
                "\"\nrate_per_second = 0\nrate_per_minute = 0\nenabled = " +
                (app.enabled ? "true" : "false") + "\n";
    }
    m_dir.write("lark-batch.toml", text);
}

Synced Company::start(const std::vector<std::string>& arguments) const {
    std::vector<std::string> argv{LARK_SYNC_USERS_BINARY, "--config",
                                  m_dir / "lark-batch.toml"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const Finished finished = run(argv);
    CHECK(finished.signal == 0);
    CHECK(finished.out.find(k_planted) == std::string::npos);
    CHECK(finished.err.find(k_planted) == std::string::npos);
    return {finished.exit_code, finished.out, finished.err, {}};
}

Synced Company::sync(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Synced done = start(arguments);
    done.result = json::parse(done.out, nullptr, false);
    INFO(done.err);
    REQUIRE(done.result.is_object());
    CHECK(done.result.at("exit_code") == done.exit_code);
    return done;
}

Synced Company::sync_to(int exit_code,
                        const std::vector<std::string>& more) const {
    Synced done = sync(more);
    INFO(done.err);
    INFO(done.out);
    REQUIRE(done.exit_code == exit_code);
    return done;
}

json Company::change_all(json steps) const {
    return json::parse(m_sandbox.post(
        "/_sandbox/change", json{{"steps", std::move(steps)}}.dump()));
}

Ids Company::change(json step) const {
    const json done = change_all(json::array({std::move(step)}));
    const json& first = done.at("steps").at(0);
    const bool people = first.contains("open_ids");
    return first.at(people ? "open_ids" : "open_department_ids").get<Ids>();
}

void Company::fault(const std::string& path, json action, json rule) const {
    json match = {{"path", path}};
    if (rule.contains("department")) {
        match["query"] = {{"department_id", rule.at("department")}};
        rule.erase("department");
    }
    if (rule.contains("app")) {
        match["app"] = rule.at("app");
        rule.erase("app");
    }
    json body = {{"match", match}, {"action", std::move(action)}, {"times", 0}};
    body.update(rule.is_null() ? json::object() : rule);
    m_sandbox.post("/_sandbox/faults", body.dump());
}

void Company::heal() const {
    http_request("DELETE", m_sandbox.url() + "/_sandbox/faults");
}

void Company::scope(json body) const {
    m_sandbox.post("/_sandbox/scope", body.dump());
}

void Company::hide(const Ids& user_fields, const Ids& department_fields) const {
    m_sandbox.post("/_sandbox/permissions",
                   json{{"hide_user_fields", user_fields},
                        {"hide_department_fields", department_fields}}
                       .dump());
}

json Company::truth() const {
    return json::parse(m_sandbox.get("/_sandbox/truth"));
}

json Company::stats() const {
    return json::parse(m_sandbox.get("/_sandbox/stats"));
}

int Company::calls(const std::string& api) const {
    int total = 0;
    const json told = stats();
    for (const json& row : told.at("calls")) {
        if (row.at("api").get<std::string>().find(api) != std::string::npos) {
            total += row.at("total").get<int>();
        }
    }
    return total;
}

std::string Company::sql(const std::string& text) const {
    return shared_postgres().sql(m_database, text);
}

int Company::number(const std::string& query) const {
    return std::stoi(sql(query));
}

json Company::rows(const std::string& query) const {
    return json::parse(
        sql("SELECT coalesce(json_agg(t), '[]') FROM (" + query + ") AS t"));
}

IdSet Company::set(const std::string& query) const {
    IdSet values;
    const json found = rows(query);
    for (const json& row : found) {
        values.insert(row.begin().value().get<std::string>());
    }
    return values;
}

std::string Company::state_of(const std::string& open_id) const {
    return sql(
        "SELECT state FROM lark_batch.users WHERE app = 'hr'"
        " AND open_id = " +
        quoted(open_id));
}

json Company::changes(const Synced& run, const std::string& filter) const {
    return rows("SELECT * FROM lark_batch.directory_changes WHERE run_id = " +
                quoted(run.run_id()) + " AND " + filter +
                " ORDER BY change_id");
}

// The counts of a session arrive with its end.
json Company::writes() const {
    wait_for("the end of the sync's session", [this] {
        return sql("SELECT count(*) FROM pg_stat_activity"
                   " WHERE datname = current_database()"
                   " AND backend_type = 'client backend'"
                   " AND pid <> pg_backend_pid()") == "0";
    });
    json written = json::object();
    const json found = rows(
        "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS written"
        " FROM pg_stat_user_tables WHERE schemaname = 'lark_batch'");
    sql("SELECT pg_stat_reset()");
    for (const json& row : found) {
        written[row.at("relname").get<std::string>()] = row.at("written");
    }
    return written;
}

std::vector<Unit> units(const Company& company) {
    std::vector<Unit> found;
    const json told =
        json::parse(company.lark().get("/_sandbox/company?list=departments"));
    for (const json& one : told.at("list")) {
        found.push_back({one.at("open_department_id"), one.at("parent"),
                         one.at("members").get<int>()});
    }
    return found;
}

Ids ids_below(const Company& company, const std::string& department) {
    const auto all = units(company);
    Ids found{department};
    for (std::size_t at = 0; at < found.size(); ++at) {
        for (const Unit& one : all) {
            if (one.parent == found[at] && one.id != "0") {
                found.push_back(one.id);
            }
        }
    }
    found.erase(found.begin());
    return found;
}

Unit unit_with_both(const Company& company) {
    for (const Unit& one : units(company)) {
        const Ids below = ids_below(company, one.id);
        const bool staffed = std::any_of(
            below.begin(), below.end(),
            [&](const auto& id) { return !employee_of(company, id).empty(); });
        if (one.id != "0" && one.parent != "0" && staffed &&
            !employee_of(company, one.id).empty()) {
            return one;
        }
    }
    REQUIRE_MESSAGE(false, "this company has no such department");
    return {};
}

std::string employee_of(const Company& company, const std::string& department) {
    const json told =
        json::parse(company.lark().get("/_sandbox/company?list=users"));
    // The first of a department leads it.
    bool first = true;
    for (const json& one : told.at("list")) {
        const Ids in = one.at("departments");
        const bool member =
            std::find(in.begin(), in.end(), department) != in.end();
        if (member && !first && in.size() == 1 && !one.at("resigned")) {
            return one.at("open_id");
        }
        first = first && !member;
    }
    return {};
}

void Company::check_equals_lark() const {
    const json told =
        json::parse(m_sandbox.get("/_sandbox/company?list=users"));
    IdSet people;
    IdSet memberships;
    for (const json& one : told.at("list")) {
        if (one.at("resigned")) {
            continue;
        }
        people.insert(one.at("open_id").get<std::string>());
        for (const json& department : one.at("departments")) {
            memberships.insert(one.at("open_id").get<std::string>() + "/" +
                               department.get<std::string>());
        }
    }
    IdSet departments;
    for (const Unit& one : units(*this)) {
        departments.insert(one.id);
    }
    departments.erase("0");
    CHECK(set("SELECT open_id FROM lark_batch.current_users"
              " WHERE app = 'hr'") == people);
    CHECK(set("SELECT open_department_id FROM lark_batch.current_departments"
              " WHERE app = 'hr'") == departments);
    CHECK(set("SELECT open_id || '/' || open_department_id FROM"
              " lark_batch.current_memberships WHERE app = 'hr'") ==
          memberships);
}

}  // namespace lark_batch::test
