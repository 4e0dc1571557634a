#include "lib/text/hash.hpp"

#define XXH_INLINE_ALL  // nothing to link
#include <xxhash.h>

namespace lark_batch::text {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace lark_batch::text
