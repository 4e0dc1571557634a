#include "bench/played_api.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lark_batch::bench {

namespace {

using nlohmann::json;

std::vector<std::string> arguments(int people, int departments,
                                   const std::vector<std::string>& more) {
    std::vector<std::string> all{"--users", std::to_string(people),
                                 "--departments", std::to_string(departments),
                                 "--die-with-parent"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::string target_of(const json& record) {
    const std::string query = record["query"];
    const std::string path = record["path"];
    return query.empty() ? path : path + "?" + query;
}

}  // namespace

PlayedApi::PlayedApi(int people, int departments,
                     const std::vector<std::string>& more)
    : m_sandbox(arguments(people, departments, more)) {}

std::vector<Request> PlayedApi::requests(const std::string& path) const {
    const json answer =
        json::parse(m_sandbox.get("/_sandbox/requests?path=" + path));
    std::vector<Request> all;
    for (const json& record : answer["requests"]) {
        all.push_back(
            {record["method"], target_of(record), record["arrived_ns"]});
    }
    return all;
}

void PlayedApi::record(bool wanted) const {
    m_sandbox.post("/_sandbox/settings",
                   json{{"record_requests", wanted}}.dump());
}

std::string PlayedApi::token() const {
    const json answer = json::parse(m_sandbox.post(
        "/open-apis/auth/v3/tenant_access_token/internal",
        json{{"app_id", k_app_id}, {"app_secret", k_secret}}.dump()));
    return answer["tenant_access_token"];
}

std::string PlayedApi::post(const std::string& path,
                            const std::string& body) const {
    return m_sandbox.post(path, body);
}

double PlayedApi::calls() const {
    return json::parse(m_sandbox.get("/_sandbox/stats"))["total"];
}

RateStats PlayedApi::rates() const {
    const json answer = json::parse(m_sandbox.get("/_sandbox/stats"));
    RateStats stats;
    stats.highest_per_second = answer["highest_per_second"];
    stats.highest_per_minute = answer["highest_per_minute"];
    for (const json& call : answer["calls"]) {
        stats.refused += call["by_status"].value("429", 0.0);
    }
    return stats;
}

}  // namespace lark_batch::bench
