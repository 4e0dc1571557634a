#include "lib/run/outcome.hpp"

#include <array>

namespace lark_batch::run {

std::string_view word_of(Outcome outcome) {
    constexpr std::array<std::string_view, 7> words{
        "success",     "failure", "partial", "guarded",
        "interrupted", "timeout", "skipped"};
    return words.at(static_cast<std::size_t>(outcome));
}

std::string_view status_of(Outcome outcome) {
    return outcome == Outcome::success ? "success" : "failure";
}

Outcome outcome_of(errors::Kind kind) {
    switch (kind) {
        case errors::Kind::stopped:
            return Outcome::interrupted;
        case errors::Kind::timeout:
            return Outcome::timeout;
        case errors::Kind::skipped:
            return Outcome::skipped;
        default:
            return Outcome::failure;
    }
}

}  // namespace lark_batch::run
