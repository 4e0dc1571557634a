// The kind `postgres`: a server that answers, and what it says about itself.
#pragma once

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"
#include "tools/lark-healthcheck/queries_postgres.hpp"

namespace lark_batch::healthcheck {

class Postgres : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "url"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    void declare_limits(config::OptionSet& set);
    void judge_sessions(const ServerFacts& facts, Finding& finding) const;
    void judge_replication(const ServerFacts& facts, Finding& finding) const;
    void judge_contents(const ServerFacts& facts, Finding& finding) const;

    DatabaseTarget m_database;
    std::string m_min_version;
    std::vector<std::string> m_extensions;
    long long m_standbys = 0;
    ThresholdText m_connections{"80", "95"};
    ThresholdText m_idle;
    ThresholdText m_lag;
    ThresholdText m_behind;
    ThresholdText m_size;
    ThresholdText m_transactions{"50", "80"};
};

}  // namespace lark_batch::healthcheck
