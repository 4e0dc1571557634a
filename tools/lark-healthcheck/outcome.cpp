#include "tools/lark-healthcheck/outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace lark_batch::healthcheck {

std::string needs(const std::string& check) {
    return "needs '" + check + "', which is down";
}

State Summary::worst() const {
    if (critical > 0) {
        return State::critical;
    }
    if (unknown > 0 || !cut_short.empty()) {
        return State::unknown;
    }
    return warning > 0 ? State::warning : State::ok;
}

Summary summary_of(const std::vector<Outcome>& outcomes,
                   const std::string& cut_short) {
    Summary summary;
    for (const Outcome& outcome : outcomes) {
        int& count = outcome.skipped()                   ? summary.skipped
                     : *outcome.state == State::ok       ? summary.ok
                     : *outcome.state == State::warning  ? summary.warning
                     : *outcome.state == State::critical ? summary.critical
                                                         : summary.unknown;
        ++count;
        summary.unfinished += outcome.finished ? 0 : 1;
    }
    // A run that is over its time, but has all it wanted, is complete.
    if (summary.unfinished > 0) {
        summary.cut_short = cut_short.empty() ? "cut short" : cut_short;
    }
    return summary;
}

std::string Summary::counts() const {
    const std::pair<int, std::string_view> parts[] = {{ok, "ok"},
                                                      {warning, "warning"},
                                                      {critical, "critical"},
                                                      {unknown, "unknown"},
                                                      {skipped, "skipped"}};
    std::string text;
    for (const auto& [count, word] : parts) {
        if (count > 0) {
            text +=
                fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
        }
    }
    return text.empty() ? "no checks" : text;
}

std::string Summary::shortfall() const {
    if (unfinished == 0) {
        return {};
    }
    return fmt::format("{}: {} of {} checks did not finish", cut_short,
                       unfinished, all());
}

std::string_view word_of(const Outcome& outcome) {
    return outcome.skipped() ? "SKIPPED" : word_of(*outcome.state);
}

std::vector<const Outcome*> worst_first(const std::vector<Outcome>& outcomes) {
    const auto rank = [](const Outcome* outcome) {
        constexpr std::array k_ranks{0, 2, 4, 3};
        return outcome->skipped()
                   ? 1
                   : k_ranks[static_cast<std::size_t>(*outcome->state)];
    };
    std::vector<const Outcome*> sorted;
    sorted.reserve(outcomes.size());
    for (const Outcome& outcome : outcomes) {
        sorted.push_back(&outcome);
    }
    std::ranges::stable_sort(sorted, std::greater{}, rank);
    return sorted;
}

}  // namespace lark_batch::healthcheck
