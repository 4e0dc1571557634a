#include "tests/sandbox/page_token.hpp"

#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

void append_number(std::string& out, std::uint64_t value) {
    for (unsigned shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>(value >> shift & 0xffU);
    }
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;) {
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
}

// Four words: nonce, masked position, and two that prove the binding.
std::string encode(std::uint64_t binding, std::uint64_t nonce,
                   std::uint32_t position) {
    std::string bytes;
    append_number(bytes, nonce);
    append_number(bytes, mix(nonce, binding) ^ position);
    append_number(bytes, mix(mix(binding, nonce), position));
    append_number(bytes, mix(mix(binding, position), nonce));
    return base64(bytes);
}

}  // namespace

std::string make_page_token(std::uint64_t binding, std::uint32_t position,
                            std::uint32_t variant) {
    std::uint64_t nonce = mix(mix(binding, position), variant);
    std::string text = encode(binding, nonce, position);
    while (text.find('+') == text.npos || text.find('/') == text.npos) {
        nonce = mix(nonce, 1);
        text = encode(binding, nonce, position);
    }
    return text;
}

std::optional<std::uint32_t> read_page_token(std::uint64_t binding,
                                             std::string_view text) {
    const auto bytes = decode_base64(text);
    if (!bytes || bytes->size() != 32) {
        return std::nullopt;
    }
    const std::uint64_t nonce = number_at(*bytes, 0);
    const std::uint64_t position = number_at(*bytes, 8) ^ mix(nonce, binding);
    if (position > 0xffffffffU ||
        encode(binding, nonce, static_cast<std::uint32_t>(position)) != text) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(position);
}

}  // namespace lark_batch::sandbox
