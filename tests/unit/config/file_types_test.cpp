#include <doctest/doctest.h>

#include "lib/config/file_types.hpp"
#include "tests/unit/config/fixture.hpp"

namespace lark_batch::config::test {

TEST_CASE("file_types: a number without fraction is a number as well") {
    double ratio = 0;
    Declaration declared;
    declared.target = &ratio;
    FileNode node;
    node.kind = FileNode::Kind::integer;
    CHECK(fits(declared, node));
    node.kind = FileNode::Kind::text;
    CHECK_FALSE(fits(declared, node));
    CHECK(misfit(declared, node) == "a number, not a string");
}

TEST_CASE("file_types: a list holds strings only") {
    Strings words;
    Declaration declared;
    declared.target = &words;
    FileNode list;
    list.kind = FileNode::Kind::list;
    CHECK(fits(declared, list));
    CHECK(values_of(list).empty());
    FileNode item;
    item.kind = FileNode::Kind::text;
    item.text = "a";
    list.children = {item};
    CHECK(fits(declared, list));
    CHECK(values_of(list) == Strings{"a"});
    list.children[0].kind = FileNode::Kind::flag;
    CHECK_FALSE(fits(declared, list));
    CHECK(misfit(declared, list) ==
          "an array of strings, but holds true or false");
}

}  // namespace lark_batch::config::test
