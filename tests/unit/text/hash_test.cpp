#include "lib/text/hash.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace lark_batch::text {

TEST_CASE("hash: it is XXH3 with 64 bits, on every machine and release") {
    // Stored fingerprints depend on it; the first value is xxHash's own.
    CHECK(hash64("") == 0x2d06800538d394c2ULL);
    CHECK(hash64("a") == 0xe6c632b61e964e1fULL);
    CHECK(hash64("abc") == 0x78af5f94892f3950ULL);
}

TEST_CASE("hash: one byte, its place, the length and the seed all matter") {
    std::set<std::uint64_t> seen;
    const std::string base(1'000, 'x');
    seen.insert(hash64(base));
    seen.insert(hash64(base, 1));
    seen.insert(hash64(base + '\0'));
    for (std::size_t at = 0; at < base.size(); ++at) {
        std::string changed = base;
        changed[at] = 'y';
        seen.insert(hash64(changed));
    }
    CHECK(seen.size() == base.size() + 3);
}

TEST_CASE("hash: the same bytes give the same, wherever they lie") {
    const std::string padded = "xx" + std::string(300, 'k');
    CHECK(hash64(std::string_view{padded}.substr(2)) ==
          hash64(std::string(300, 'k')));
}

}  // namespace lark_batch::text
