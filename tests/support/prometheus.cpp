#include "tests/support/prometheus.hpp"

#include <cstdlib>

#include "tests/support/http_get.hpp"

namespace lark_batch::test {

namespace {

std::string host_of(const std::string& url) {
    return url.substr(url.find("://") + 3);
}

std::string configuration(const std::string& gateway_url) {
    return "global:\n"
           "  scrape_interval: 1s\n"
           "  scrape_timeout: 1s\n"
           "  evaluation_interval: 1s\n"
           "scrape_configs:\n"
           "  - job_name: pushgateway\n"
           "    honor_labels: true\n"
           "    static_configs:\n"
           "      - targets: ['" +
           host_of(gateway_url) + "']\n";
}

std::string alerting_part(const Alerting& alerting, const std::string& rules) {
    std::string text;
    if (!alerting.rules.empty()) {
        text += "rule_files: ['" + rules + "']\n";
    }
    if (!alerting.alertmanager_url.empty()) {
        text +=
            "alerting:\n  alertmanagers:\n    - static_configs:\n"
            "        - targets: ['" +
            host_of(alerting.alertmanager_url) + "']\n";
    }
    return text;
}

}  // namespace

Prometheus::Prometheus(const std::string& gateway_url,
                       const Alerting& alerting) {
    const auto rules = dir().write("rules.yml", alerting.rules);
    const auto config = dir().write(
        "prometheus.yml",
        configuration(gateway_url) + alerting_part(alerting, rules.string()));
    m_command.argv = {
        find_program("prometheus", "prometheus"),
        "--config.file=" + config.string(),
        "--storage.tsdb.path=" + (dir() / "data").string(),
        "--storage.tsdb.retention.time=1d",
        "--rules.alert.resend-delay=1s",
        "--web.listen-address=127.0.0.1:" + std::to_string(port())};
    start();
}

std::string Prometheus::query(const std::string& promql) const {
    return get("/api/v1/query?query=" + url_encode(promql));
}

std::optional<double> Prometheus::value(const std::string& promql) const {
    static const std::string key = "\"value\":[";
    const auto answer = query(promql);
    const auto first = answer.find(key);
    if (first == std::string::npos ||
        answer.find(key, first + 1) != std::string::npos) {
        return std::nullopt;
    }
    const auto comma = answer.find(",\"", first);
    return std::strtod(answer.c_str() + comma + 2, nullptr);
}

}  // namespace lark_batch::test
