#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/exchange.hpp"

namespace lark_batch::sandbox {

enum class FaultKind {
    rate_limit,
    status,
    error,
    slow,
    drip,
    truncate,
    reset,
    lost_answer,
    empty_page,
    page_loop,
    short_chain,
    expire_tokens,
    quota,
    ip_denied,
    huge,
    not_json,
};

std::optional<FaultKind> fault_kind(std::string_view name);

// What a rule does; members that its kind does not use are ignored.
struct FaultAction {
    FaultKind kind = FaultKind::error;
    int status = 0;
    int code = 0;
    int ms = 0;
    std::optional<int> reset;  // seconds in x-ogw-ratelimit-reset
    std::string message;
    std::uint64_t bytes = 0;
    bool html = false;
    bool drop = false;
};

struct FaultRule {
    int id = 0;
    std::string path;  // a route's pattern, or a prefix; empty = any
    std::vector<Parameter> query;
    std::string app;
    std::uint64_t after = 0;  // skip the first n matching calls
    std::uint64_t times = 0;  // 0 = for ever
    std::uint64_t every = 1;
    FaultAction action;
    std::uint64_t seen = 0;
    std::uint64_t hits = 0;
};

class Faults {
public:
    int add(FaultRule rule);
    void clear() { m_rules.clear(); }
    [[nodiscard]] const std::deque<FaultRule>& rules() const { return m_rules; }
    // Counts the call for every matching rule; the first rule that is due
    // wins. Valid until the next change of the rules.
    const FaultRule* fire(const Request& request, std::string_view pattern,
                          std::string_view app);

private:
    int m_last_id = 0;
    std::deque<FaultRule> m_rules;
};

// The answer of a rule that replaces the real one; nothing for the kinds that
// only change its content or delivery.
std::optional<Reply> replace_reply(const FaultRule& rule,
                                   const Request& request);
// Delays or damages the delivery of the real answer.
void damage_reply(const FaultRule& rule, Reply& reply);

}  // namespace lark_batch::sandbox
