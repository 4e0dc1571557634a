#include "lib/run/outcome.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace lark_batch::run {

TEST_CASE("outcome: the words are those of the design, one each") {
    CHECK(word_of(Outcome::success) == "success");
    CHECK(word_of(Outcome::failure) == "failure");
    CHECK(word_of(Outcome::partial) == "partial");
    CHECK(word_of(Outcome::guarded) == "guarded");
    CHECK(word_of(Outcome::interrupted) == "interrupted");
    CHECK(word_of(Outcome::timeout) == "timeout");
    CHECK(word_of(Outcome::skipped) == "skipped");
    CHECK_THROWS_AS(word_of(static_cast<Outcome>(7)), std::out_of_range);
}

TEST_CASE("outcome: only success counts as success") {
    CHECK(status_of(Outcome::success) == "success");
    for (int outcome = 1; outcome <= static_cast<int>(Outcome::skipped);
         ++outcome) {
        CHECK(status_of(static_cast<Outcome>(outcome)) == "failure");
    }
}

TEST_CASE("outcome: every kind of error has its outcome, none is success") {
    using errors::Kind;
    CHECK(outcome_of(Kind::stopped) == Outcome::interrupted);
    CHECK(outcome_of(Kind::timeout) == Outcome::timeout);
    CHECK(outcome_of(Kind::skipped) == Outcome::skipped);
    for (const Kind kind : {Kind::failed, Kind::usage, Kind::config,
                            Kind::unavailable, Kind::denied, Kind::bug}) {
        CHECK(outcome_of(kind) == Outcome::failure);
    }
}

}  // namespace lark_batch::run
