#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Everything the sandbox invents (names, ids, tokens, choices of a scripted
// change) is a hash of the seed, so that two runs tell the same story and no
// table of ids has to be kept.
namespace lark_batch::sandbox {

// One round of splitmix64 over both arguments; not cryptographic.
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a + 0x9e3779b97f4a7c15ULL * (b + 1);
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31U);
}

constexpr std::uint64_t mix(std::uint64_t a, std::string_view text) {
    for (const char c : text) {
        a = mix(a, static_cast<unsigned char>(c));
    }
    return a;
}

// Appends `digits` lowercase hex digits, most significant first.
void append_hex(std::string& out, std::uint64_t value, int digits = 16);
// Reads exactly text.size() (at most 16) lowercase hex digits.
std::optional<std::uint64_t> parse_hex(std::string_view text);

std::string base64(std::string_view bytes);
// The same with `-` and `_` and no padding, as in JWT and PKCE.
std::string base64_url(std::string_view bytes);
// Standard alphabet with padding only; anything else is nothing.
std::optional<std::string> decode_base64(std::string_view text);

// Both return the 32 raw bytes.
std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view message);

}  // namespace lark_batch::sandbox
