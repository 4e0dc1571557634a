// The kind `promql`: an instant query, and what its values must be like.
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/kind.hpp"
#include "tools/lark-healthcheck/web/prometheus_api.hpp"
#include "tools/lark-healthcheck/web/web_access.hpp"

namespace lark_batch::healthcheck {

class Promql : public WebKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "query"; }
    MainValue main_value() const override { return MainValue::own; }
    std::string describe() const override;
    http::Request request(const Surroundings& around) const override;
    Finding judge(http::Response&& response) const override;

private:
    void judge_values(const std::vector<QuerySample>& samples,
                      Finding& finding) const;

    const Check* m_check = nullptr;
    std::string m_url;  // empty: that of [healthcheck]
    std::string m_query;
    std::string m_empty = "unknown";
    WebAccess m_access;
};

}  // namespace lark_batch::healthcheck
