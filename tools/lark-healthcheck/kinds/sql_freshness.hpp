// The kind `sql_freshness`: the age of the newest row, of each group of rows
// perhaps: "no candle of any market for 30 minutes".
#pragma once

#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"
#include "tools/lark-healthcheck/queries_postgres.hpp"

namespace lark_batch::healthcheck {

class SqlFreshness : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "table"; }
    MainValue main_value() const override { return MainValue::own; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    using Ages = std::vector<GroupAge>;

    void declare_source(config::OptionSet& set);
    config::Found check_source() const;
    Threshold limits() const;
    bool is_grouped() const;
    void judge_missing(const Ages& ages, Finding& finding) const;
    void judge_future(const Ages& ages, Finding& finding) const;
    void judge_ages(const Ages& ages, Finding& finding) const;

    const Check* m_check = nullptr;
    DatabaseTarget m_database;
    FreshnessSource m_source;
    std::string m_type = "timestamptz";
    std::vector<std::string> m_expected;
    text::Milliseconds m_future{60'000};
};

}  // namespace lark_batch::healthcheck
