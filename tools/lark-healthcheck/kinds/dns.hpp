// The kind `dns`: a name and the records that name servers have for it.
#pragma once

#include <string>
#include <vector>

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class Dns : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "query"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    void declare_expectations(config::OptionSet& set);
    void judge(const std::vector<std::string>& answers, Finding& finding) const;

    std::string m_query;
    std::string m_type = "A";
    std::vector<std::string> m_servers;
    std::vector<std::string> m_expected;
    bool m_exactly = false;
    ThresholdText m_answers;
};

}  // namespace lark_batch::healthcheck
