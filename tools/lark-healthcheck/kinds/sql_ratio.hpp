// The kind `sql_ratio`: how much of what should be there is missing.
#pragma once

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"

namespace lark_batch::healthcheck {

class SqlRatio : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "query"; }
    MainValue main_value() const override { return MainValue::own; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    config::Found check_queries() const;
    std::string statement() const;
    Finding judge(double actual, double expected, bool counted) const;
    Finding nothing(const std::string& why) const;

    const Check* m_check = nullptr;
    DatabaseTarget m_database;
    std::string m_query;
    std::string m_actual;
    std::string m_expected;
    std::string m_when_empty = "warning";
};

}  // namespace lark_batch::healthcheck
