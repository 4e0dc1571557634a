// A fast 64-bit hash of bytes (XXH3). For fingerprints that say "unchanged",
// never for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace lark_batch::text {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace lark_batch::text
