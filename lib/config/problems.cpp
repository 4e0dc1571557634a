#include "lib/config/problems.hpp"

#include <algorithm>
#include <tuple>

namespace lark_batch::config {

namespace {

std::vector<Problem> sorted(std::vector<Problem> all) {
    std::stable_sort(all.begin(), all.end(),
                     [](const Problem& a, const Problem& b) {
                         return std::tie(a.file, a.line, a.column) <
                                std::tie(b.file, b.line, b.column);
                     });
    return all;
}

errors::Kind common_kind(const std::vector<Problem>& all) {
    const bool usage =
        std::all_of(all.begin(), all.end(), [](const Problem& problem) {
            return problem.kind == errors::Kind::usage;
        });
    return usage ? errors::Kind::usage : errors::Kind::config;
}

std::string lines(const std::vector<Problem>& all) {
    if (all.size() == 1) {
        return all.front().str();
    }
    std::string text;
    for (const auto& problem : all) {
        text += (text.empty() ? "" : "\n") + problem.str();
        if (!problem.hint.empty()) {
            text += " (" + problem.hint + ")";
        }
    }
    return text;
}

}  // namespace

std::string Problem::str() const {
    std::string place = file;
    if (line > 0) {
        place += ":" + std::to_string(line) + ":" + std::to_string(column);
    }
    return place.empty() ? message : place + ": " + message;
}

Problems::Problems(std::vector<Problem> all)
    : Problems(Sorted{sorted(std::move(all))}) {}

Problems::Problems(Sorted sorted_problems)
    : errors::Error(
          common_kind(sorted_problems.all), lines(sorted_problems.all),
          sorted_problems.all.size() == 1 ? sorted_problems.all.front().hint
                                          : std::string{}),
      m_all(std::move(sorted_problems.all)) {}

}  // namespace lark_batch::config
