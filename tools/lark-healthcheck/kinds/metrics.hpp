// The kind `metrics`: what a program exports for Prometheus.
#pragma once

#include <string>

#include "tools/lark-healthcheck/kind.hpp"
#include "tools/lark-healthcheck/web/web_access.hpp"

namespace lark_batch::healthcheck {

class Metrics : public WebKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "url"; }
    std::string describe() const override;
    http::Request request(const Surroundings& around) const override;
    Finding judge(http::Response&& response) const override;

private:
    void judge_samples(const std::string& body, Finding& finding) const;

    std::string m_url;
    WebAccess m_access;
    config::Strings m_series;
    config::Strings m_comparisons;
    ThresholdText m_samples;
};

}  // namespace lark_batch::healthcheck
