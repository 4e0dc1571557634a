// What a check pushes about tokens and notices.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "lib/run/context.hpp"
#include "lib/run/records.hpp"
#include "tools/lark-check-tokens/report.hpp"

namespace lark_batch::check_tokens {

inline constexpr std::array<std::string_view, 3> k_outcomes{
    "updated", "unchanged", "failed"};

// Tokens, by what became of them; see k_outcomes.
run::Records records_of(const std::vector<AppReport>& apps);

void count_notices(run::Context& context, const std::vector<AppReport>& apps,
                   const notify::Report& notices);

// Gauges of all apps come together, because a push replaces a family as a
// whole: nothing is set when only some of the enabled apps were looked at.
void set_gauges(run::Context& context, const std::vector<AppReport>& apps,
                const std::vector<TokenCount>& counts);

}  // namespace lark_batch::check_tokens
