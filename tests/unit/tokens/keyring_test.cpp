#include "lib/tokens/keyring.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/unit/tokens/keys.hpp"

namespace lark_batch::tokens {

namespace {

using errors::Kind;

static_assert(!std::is_copy_constructible_v<Key>);

std::string bytes_of(const Key& key) {
    return {reinterpret_cast<const char*>(key.bytes()), 32};
}

}  // namespace

TEST_CASE("keyring: keys are found by id, the active one is the settings'") {
    const Keyring keys{three_keys()};
    CHECK(keys.ids() == std::vector<std::string>{"k1", "k2", "k3"});
    CHECK(keys.active().id() == "k2");
    CHECK(bytes_of(keys.active()) == std::string(32, '2'));
    CHECK(bytes_of(keys.get("k3")) == std::string(32, '3'));
    CHECK(keys.has("k1"));
    CHECK_FALSE(keys.has("k4"));
}

TEST_CASE("keyring: a key that we lack is named") {
    const Keyring keys{three_keys()};
    const auto error =
        fault_of([&] { static_cast<void>(keys.get("2019-01")); });
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} ==
          "tokens are sealed with key '2019-01', which is not configured");
    CHECK_FALSE(error.hint().empty());
}

TEST_CASE("keyring: without any key there is a way to one") {
    const auto error = fault_of([] { Keyring{config::TokenSettings{}}; });
    CHECK(error.kind() == Kind::config);
    CHECK(std::string{error.what()} == "no key for tokens is configured");
    CHECK(error.hint().find("lark-admin keys generate") != std::string::npos);
}

TEST_CASE("keyring: what is no key is refused by its id, and not repeated") {
    for (const std::string& text :
         {std::string{}, std::string{"hunter2"}, std::string(44, '!'),
          text::base64(std::string(31, 'x')),
          text::base64(std::string(33, 'x')), key_text('x').reveal() + "\n",
          key_text('x').reveal() + "="}) {
        CAPTURE(text);
        const auto error = fault_of([&] {
            Key{"2026-11", text::Secret{text}};
        });
        CHECK(error.kind() == Kind::config);
        CHECK(std::string{error.what()} ==
              "token key '2026-11' is not 32 bytes as base64");
    }
}

TEST_CASE("keyring: generated keys are usable and never the same") {
    std::vector<std::string> seen;
    for (int i = 0; i < 20; ++i) {
        const text::Secret text = generate_key();
        CHECK_NOTHROW(Key("new", text));
        CHECK(std::ranges::find(seen, text.reveal()) == seen.end());
        seen.push_back(text.reveal());
    }
}

}  // namespace lark_batch::tokens
