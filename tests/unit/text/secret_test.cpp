#include "lib/text/secret.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <ostream>
#include <string_view>
#include <type_traits>

namespace lark_batch::text {

namespace {

constexpr const char* k_short = "hunter2";  // fits into std::string itself
const std::string k_long(200, 's');

template <typename Value>
concept Streams = requires(std::ostream& out, const Value& value) {
    out << value;
};

static_assert(Streams<std::string> && !Streams<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

bool all_zero(const char* bytes, std::size_t count) {
    return std::all_of(bytes, bytes + count, [](char c) { return c == 0; });
}

}  // namespace

TEST_CASE("secret: it gives its value to who asks by name") {
    CHECK(Secret{}.empty());
    const Secret secret{k_short};
    CHECK_FALSE(secret.empty());
    CHECK(secret.reveal() == k_short);
    const Secret copy = secret;
    CHECK(copy.reveal() == k_short);
    CHECK(secret.reveal() == k_short);
}

TEST_CASE("secret: a moved-from secret is empty, its bytes are gone") {
    for (const std::string& value : {std::string{k_short}, k_long}) {
        Secret first{value};
        Secret second{std::move(first)};
        CHECK(second.reveal() == value);
        // NOLINTNEXTLINE(bugprone-use-after-move): this is the promise
        CHECK(first.empty());
        CHECK(all_zero(first.reveal().data(), first.reveal().capacity()));
        Secret third;
        third = std::move(second);
        CHECK(third.reveal() == value);
        CHECK(second.empty());  // NOLINT(bugprone-use-after-move)
        CHECK(all_zero(second.reveal().data(), second.reveal().capacity()));
    }
}

TEST_CASE("secret: another value leaves nothing of the first behind") {
    Secret secret{k_long};
    const char* bytes = secret.reveal().data();
    const Secret next{k_short};
    secret = next;
    REQUIRE(secret.reveal().data() == bytes);  // else they are freed
    CHECK(secret.reveal() == k_short);
    const auto length = secret.reveal().size();
    CHECK(all_zero(bytes + length, k_long.size() - length));
}

TEST_CASE("secret: the destructor wipes") {
    alignas(Secret) unsigned char memory[sizeof(Secret)];
    const auto* secret = new (memory) Secret{k_short};
    const auto begin = std::begin(memory);
    const auto end = std::end(memory);
    const std::string_view value{k_short};
    REQUIRE(std::search(begin, end, value.begin(), value.end()) != end);
    secret->~Secret();
    CHECK(std::search(begin, end, value.begin() + 1, value.end()) == end);
}

TEST_CASE("secret: assigning it to itself keeps it") {
    Secret secret{k_long};
    Secret& same = secret;
    secret = same;
    CHECK(secret.reveal() == k_long);
    secret = std::move(same);
    CHECK(secret.reveal() == k_long);
}

}  // namespace lark_batch::text
