#include "lib/notify/escape.hpp"

#include <doctest/doctest.h>

using namespace lark_batch::notify;

TEST_CASE("escape: nothing of Markdown is left in a value") {
    CHECK(escape_markdown("**[a](https://b)** <at id=all></at> 张三") ==
          "&#42;&#42;&#91;a&#93;&#40;https://b&#41;&#42;&#42;"
          " &#60;at id=all&#62;&#60;/at&#62; 张三");
    CHECK(escape_markdown("&#42;") == "&#38;&#35;42;");
}

TEST_CASE("escape: an address with a user or a password is none") {
    CHECK(safe_url("https://a.example/b?c=(d)#e@f") ==
          "https://a.example/b?c=%28d%29#e@f");
    CHECK(safe_url("https://ada:secret@a.example/").empty());
    CHECK(safe_url("http://ada@prom/graph").empty());
    CHECK(safe_url("javascript:alert(1)").empty());
}

TEST_CASE("escape: nothing of HTML is left in a value") {
    CHECK(escape_html("<b class=\"x\">a & 'b'</b>") ==
          "&#60;b class=&#34;x&#34;&#62;a &#38; &#39;b&#39;&#60;/b&#62;");
}
