// The kind `http`: one request, and what its answer must be like.
#pragma once

#include <string>

#include "tools/lark-healthcheck/kind.hpp"
#include "tools/lark-healthcheck/web/web_access.hpp"

namespace lark_batch::healthcheck {

class Http : public WebKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "url"; }
    std::string describe() const override;
    http::Request request(const Surroundings& around) const override;
    Finding judge(http::Response&& response) const override;

private:
    void declare_request(config::OptionSet& set);
    void declare_answer(config::OptionSet& set);
    bool wants_status(int status) const;
    static Finding nothing_from(const http::Response& response);
    void judge_status(const http::Response& response, Finding& finding) const;
    void judge_headers(const http::Response& response, Finding& finding) const;
    void judge_body(const std::string& body, Finding& finding) const;
    void judge_certificate(const http::Details& details,
                           Finding& finding) const;

    std::string m_url;
    std::string m_method = "GET";
    std::string m_body;
    long long m_follow = 0;
    WebAccess m_access;
    config::Strings m_statuses{"200-399"};
    config::Strings m_headers;
    std::string m_matches;  // empty: whatever
    std::string m_lacks;
    config::Strings m_rules;
    ThresholdText m_days_left{"14:", "7:"};
};

}  // namespace lark_batch::healthcheck
