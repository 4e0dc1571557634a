// The kind `sql`: one value that a query yields, compared.
#pragma once

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"

namespace lark_batch::healthcheck {

class Sql : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "query"; }
    MainValue main_value() const override { return MainValue::own; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    Finding judge(const std::string& value) const;
    void judge_number(const std::string& value, Finding& finding) const;

    const Check* m_check = nullptr;
    DatabaseTarget m_database;
    std::string m_query;
    std::vector<std::string> m_expect;
    std::string m_unit;
    std::string m_when_empty = "critical";
};

}  // namespace lark_batch::healthcheck
