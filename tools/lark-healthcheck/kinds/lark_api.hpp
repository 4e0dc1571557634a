// The kind `lark_api`: whether an app of ours can speak to Lark: a fresh token,
// the contact scope, the bot when wanted, the clocks, and what is left of the
// month's calls.
#pragma once

#include <optional>

#include "lib/lark/client.hpp"
#include "lib/lark/envelope.hpp"
#include "tools/lark-healthcheck/check.hpp"
#include "tools/lark-healthcheck/kinds/database.hpp"

namespace lark_batch::healthcheck {

class LarkApi : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "for-app"; }
    std::string app() const override { return m_app; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    class Talk;

    void declare_budget(config::OptionSet& set);
    void talk(Talk& talk, Finding& finding) const;
    void judge_scope(Talk& talk, Finding& finding) const;
    static void judge_bot(Talk& talk, Finding& finding);
    void judge_clock(const Talk& talk, Finding& finding) const;
    void judge_budget(const Surroundings& around,
                      const clock::Deadline& deadline, Finding& finding) const;

    const Check* m_check = nullptr;
    DatabaseTarget m_database;  // ours: there programs record their calls
    std::string m_app;
    bool m_contact = true;
    bool m_bot = false;
    std::string m_empty_scope = "critical";
    ThresholdText m_skew{"30s", "5m"};
    long long m_budget = 0;
    ThresholdText m_used{"80", "95"};
};

// The time in an HTTP header, as seconds since 1970; nothing when it is none.
// RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<double> http_date(const std::string& text);

}  // namespace lark_batch::healthcheck
