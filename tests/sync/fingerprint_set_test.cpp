#include "tools/lark-sync-users/fingerprint_set.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <random>

#include "tools/lark-sync-users/staging.hpp"

using namespace lark_batch;
using sync_users::FieldNames;
using sync_users::FingerprintSet;

namespace {

using Names = std::vector<std::string>;

void note(FieldNames& names, const std::string& text) {
    simdjson::dom::parser parser;
    names.note(parser.parse(text).get_object());
}

}  // namespace

TEST_CASE("a new set of fingerprints is empty") {
    const FingerprintSet set;
    CHECK(set.size() == 0);
    CHECK_FALSE(set.contains(0));
    CHECK_FALSE(set.contains(1));
}

TEST_CASE("a fingerprint is new once") {
    FingerprintSet set;
    CHECK(set.insert(42));
    CHECK_FALSE(set.insert(42));
    CHECK(set.contains(42));
    CHECK(set.size() == 1);
}

TEST_CASE("zero and the extremes are fingerprints like others") {
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{-1},
          std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::int64_t>::max()}) {
        FingerprintSet set;
        CHECK_FALSE(set.contains(value));
        CHECK(set.insert(value));
        CHECK(set.contains(value));
        CHECK_FALSE(set.insert(value));
    }
}

TEST_CASE("values that want the same slot do not hide each other") {
    FingerprintSet set;
    constexpr std::int64_t k_stride = 1 << 20;
    for (std::int64_t i = 1; i <= 500; ++i) {
        CHECK(set.insert(i * k_stride));
    }
    for (std::int64_t i = 1; i <= 500; ++i) {
        CHECK(set.contains(i * k_stride));
    }
    CHECK_FALSE(set.contains(501 * k_stride));
}

TEST_CASE("a set of 100,000 fingerprints forgets and invents none") {
    FingerprintSet set;
    std::mt19937_64 random{7};
    std::vector<std::int64_t> in;
    std::vector<std::int64_t> out;
    for (int i = 0; i < 100'000; ++i) {
        in.push_back(static_cast<std::int64_t>(random()));
        out.push_back(static_cast<std::int64_t>(random()));
    }
    std::size_t added = 0;
    for (const std::int64_t value : in) {
        added += set.insert(value) ? 1U : 0U;
    }
    CHECK(added == in.size());
    CHECK(set.size() == in.size());
    std::size_t found = 0;
    std::size_t invented = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
        found += set.contains(in[i]) ? 1U : 0U;
        invented += set.contains(out[i]) ? 1U : 0U;
    }
    CHECK(found == in.size());
    CHECK(invented == 0);
}

TEST_CASE("field names are collected over documents of any shape") {
    FieldNames names;
    CHECK(names.sorted().empty());
    note(names, R"({})");
    CHECK(names.sorted().empty());
    note(names, R"({"b":1,"a":{"inner":1}})");
    note(names, R"({"b":1,"a":1})");
    CHECK(names.sorted() == Names{"a", "b"});
    note(names, R"({"a":1,"b":1,"c":null})");
    note(names, R"({"d":1})");
    note(names, R"({"b":1,"a":1})");
    CHECK(names.sorted() == Names{"a", "b", "c", "d"});
}

TEST_CASE("a field is common when more than a single person of many has it") {
    FieldNames names;
    note(names, R"({"a":1,"rare":1})");
    CHECK(names.common() == Names{"a", "rare"});
    for (int i = 0; i < 20; ++i) {
        note(names, R"({"a":1})");
    }
    CHECK(names.common() == Names{"a"});
    CHECK(names.sorted() == Names{"a", "rare"});
}

TEST_CASE("a fingerprint that is seen is told from one that is stored") {
    using Met = FingerprintSet::Met;
    FingerprintSet set;
    set.insert(42);
    CHECK(set.see(42) == Met::inserted);
    CHECK(set.see(42) == Met::seen);
    CHECK(set.see(1000) == Met::never);
    CHECK(set.see(1000) == Met::seen);
    CHECK(set.contains(1000));
    CHECK_FALSE(set.insert(1000));
    // Growth keeps the marks.
    std::mt19937_64 random{11};
    for (int i = 0; i < 50'000; ++i) {
        set.insert(static_cast<std::int64_t>(random()));
    }
    CHECK(set.see(42) == Met::seen);
    CHECK(set.see(1000) == Met::seen);
    std::mt19937_64 again{11};
    std::size_t stored = 0;
    for (int i = 0; i < 50'000; ++i) {
        const auto met = set.see(static_cast<std::int64_t>(again()));
        stored += met == Met::inserted ? 1U : 0U;
    }
    CHECK(stored == 50'000);
}
