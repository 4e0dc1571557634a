#include <doctest/doctest.h>

#include "lib/config/wrap.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("wrap: lines keep within the width and carry the indent") {
    CHECK(wrap("one two three", "  ", 9) == "  one two\n  three\n");
    CHECK(wrap("unbreakable", "# ", 5) == "# unbreakable\n");
    CHECK(wrap("", "  ") == "");
}

}  // namespace lark_batch::config::test
