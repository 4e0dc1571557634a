#include "tests/run/sync_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace lark_batch::test {

namespace {

using nlohmann::json;

std::string three(std::size_t users, std::size_t departments,
                  std::size_t memberships) {
    return fmt::format("{}|{}|{}", users, departments, memberships);
}

std::size_t count_of(const json& value) {
    return value.is_number() ? value.get<std::size_t>() : value.size();
}

}  // namespace

TestGateway::TestGateway()
    : m_server([this](const HttpRequest&) {
          Reply reply;
          reply.behaviour = m_hang ? Behaviour::hang : Behaviour::normal;
          return reply;
      }) {}

std::string TestGateway::body() const {
    const auto requests = m_server.requests();
    return requests.empty() ? "" : requests.back().body;
}

SyncWorld::SyncWorld()
    : m_sandbox({"--users", "40", "--departments", "8", "--seed", "7"}) {
    set_gateway(m_gateway.url());
    const auto secret = dir().write("secret", "sandbox-secret\n");
    std::filesystem::permissions(secret, std::filesystem::perms{0600});
    set_more(
        "[[app]]\nname = \"hr\"\napp_id = \"cli_sandbox0000000\"\n"
        "app_secret_file = \"" +
        secret.string() + "\"\nbase_url = \"" + m_sandbox.url() + "\"\n");
}

Finished SyncWorld::sync(const Arguments& arguments) const {
    return run(command("lark-sync-users", arguments));
}

Process SyncWorld::start_sync(const Arguments& arguments) const {
    return Process{command("lark-sync-users", arguments)};
}

void SyncWorld::change_company() const {
    m_sandbox.post("/_sandbox/change",
                   R"({"steps": [{"do": "leave", "count": 2},
                                 {"do": "hire", "count": 3},
                                 {"do": "rename", "count": 4},
                                 {"do": "rename_department"}]})");
}

bool SyncWorld::repair() const {
    const bool both =
        sync({"--lock-wait", "20s"}).exit_code == 0 && sync().exit_code == 0;
    return both && stored() == truth();
}

void SyncWorld::slow_down(const std::string& path, int milliseconds) const {
    m_sandbox.post("/_sandbox/faults",
                   json{{"match", {{"path", path}}},
                        {"times", 1},
                        {"action", {{"kind", "slow"}, {"ms", milliseconds}}}}
                       .dump());
}

bool SyncWorld::was_slowed() const {
    const auto stats = json::parse(m_sandbox.get("/_sandbox/stats"));
    const auto& rules = stats.at("rules");
    return std::any_of(rules.begin(), rules.end(),
                       [](const json& rule) { return rule.at("hits") > 0; });
}

void SyncWorld::end_faults() const {
    http_request("DELETE", m_sandbox.url() + "/_sandbox/faults");
}

std::string SyncWorld::truth() const {
    const auto truth = json::parse(m_sandbox.get("/_sandbox/truth"));
    return three(count_of(truth.at("users")), count_of(truth.at("departments")),
                 count_of(truth.at("memberships")));
}

std::string SyncWorld::stored() const {
    return sql(
        "SELECT (SELECT count(*) FROM lark_batch.current_users),"
        " (SELECT count(*) FROM lark_batch.current_departments),"
        " (SELECT count(*) FROM lark_batch.current_memberships)");
}

std::string SyncWorld::fingerprint() const {
    return sql(
        "SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM ("
        "SELECT u::text AS line FROM lark_batch.users u UNION ALL"
        " SELECT d::text FROM lark_batch.departments d UNION ALL"
        " SELECT m::text FROM lark_batch.memberships m UNION ALL"
        " SELECT c::text FROM lark_batch.directory_changes c UNION ALL"
        " SELECT s::text FROM lark_batch.app_state s) AS everything");
}

}  // namespace lark_batch::test
