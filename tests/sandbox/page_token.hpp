#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::sandbox {

// Opaque tokens of 44 characters that always hold `+`, `/` and `=`. `binding`
// is a hash of everything a token is bound to (endpoint, department,
// parameters, app); `variant` gives different texts for one position.
std::string make_page_token(std::uint64_t binding, std::uint32_t position,
                            std::uint32_t variant = 0);

// Nothing when the token is broken or was made for another binding.
std::optional<std::uint32_t> read_page_token(std::uint64_t binding,
                                             std::string_view text);

}  // namespace lark_batch::sandbox
