#include "tests/healthcheck/stack_prometheus.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/support/http_get.hpp"

namespace lark_batch::test {

namespace {

std::string scrape(const ScrapeJob& job) {
    return fmt::format(
        "  - job_name: {}\n"
        "    honor_labels: true\n"
        "    static_configs:\n"
        "      - targets: ['{}']\n",
        job.name, job.address);
}

std::string configuration(const std::vector<ScrapeJob>& jobs,
                          const std::string& alertmanager) {
    std::string text =
        "global:\n"
        "  scrape_interval: 250ms\n"
        "  scrape_timeout: 250ms\n"
        "  evaluation_interval: 250ms\n"
        "rule_files: ['rules.yml']\n"
        "alerting:\n"
        "  alertmanagers:\n"
        "    - static_configs:\n"
        "        - targets: ['" +
        alertmanager +
        "']\n"
        "scrape_configs:\n";
    for (const ScrapeJob& job : jobs) {
        text += scrape(job);
    }
    return text;
}

}  // namespace

StackPrometheus::StackPrometheus(const std::vector<ScrapeJob>& jobs,
                                 const std::string& rules,
                                 const std::string& alertmanager_address) {
    const std::string own = "127.0.0.1:" + std::to_string(port());
    auto all = jobs;
    all.push_back({"prometheus", own});
    dir().write("rules.yml", rules);
    const auto config =
        dir().write("prometheus.yml", configuration(all, alertmanager_address));
    m_command.argv = {find_program("prometheus", "prometheus"),
                      "--config.file=" + config.string(),
                      "--storage.tsdb.path=" + (dir() / "data").string(),
                      "--rules.alert.resend-delay=1s",
                      "--web.enable-lifecycle",
                      "--web.listen-address=" + own};
    start();
}

void StackPrometheus::reload(const std::string& rules) {
    dir().write("rules.yml", rules);
    const auto answer = http_request("POST", url() + "/-/reload");
    if (answer.status != 200) {
        throw std::runtime_error("reload: " + answer.body);
    }
}

}  // namespace lark_batch::test
