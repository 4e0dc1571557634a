// The kind `pushgateway`: whether it answers, whether it refused a push, and
// how old the pushes of jobs are.
#pragma once

#include <string>

#include "tools/lark-healthcheck/kind.hpp"
#include "tools/lark-healthcheck/web/pushed_groups.hpp"
#include "tools/lark-healthcheck/web/web_access.hpp"

namespace lark_batch::healthcheck {

class Pushgateway : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    Finding judge(const std::string& metrics) const;
    void judge_refused(const PushedGroups& groups, Finding& finding) const;
    void judge_ages(const PushedGroups& groups, Finding& finding) const;
    std::string age_label(const std::string& job) const;
    http::Request request(const Surroundings& around,
                          const std::string& path) const;

    std::string m_url;  // empty: that of [pushgateway]
    WebAccess m_access;
    config::Strings m_jobs;
    ThresholdText m_age;
};

}  // namespace lark_batch::healthcheck
