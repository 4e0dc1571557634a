#include "lib/text/junit.hpp"

#include <doctest/doctest.h>

namespace lark_batch::text {

namespace {

using Result = JunitCase::Result;

JunitSuite suite_of(std::vector<JunitCase> cases) {
    return {"checks",
            "host-1",
            "2026-11-22T09:00:00.123Z",
            {{"version", "1.2.3"}},
            std::move(cases)};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("junit: markup and quotes are escaped, line ends survive") {
    CHECK(xml_escaped("a<b>&\"c\"") == "a&lt;b&gt;&amp;&quot;c&quot;");
    CHECK(xml_escaped("it's\none\ttwo") == "it's&#10;one&#9;two");
    CHECK(xml_escaped("数据库 🐘") == "数据库 🐘");
}

TEST_CASE("junit: what XML forbids is left out") {
    CHECK(xml_escaped(std::string{"a\0b\x1b[1m\r\x7f", 9}) == "ab[1m");
    CHECK(xml_escaped("a\xff"
                      "b\xc3") == "ab");
    CHECK(xml_escaped("a\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd") ==
          "a\xef\xbf\xbd");
}

TEST_CASE("junit: one suite, a case for each check, and counts that agree") {
    const auto text = junit_report(suite_of(
        {{"g", "good", 1.5},
         {"g", "bad", 0.25, Result::failure, "CRITICAL", "refused", "see log"},
         {"g", "odd", 0, Result::error, "UNKNOWN", "no answer"},
         {"g", "late", 0, Result::skipped, "SKIPPED", "needs bad"}}));
    CHECK(text ==
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites name=\"checks\" tests=\"4\" failures=\"1\" errors=\"1\""
          " time=\"1.750\">\n"
          "  <testsuite name=\"checks\" tests=\"4\" failures=\"1\" "
          "errors=\"1\" skipped=\"1\" time=\"1.750\" "
          "timestamp=\"2026-11-22T09:00:00\" hostname=\"host-1\">\n"
          "    <properties>\n"
          "      <property name=\"version\" value=\"1.2.3\"/>\n"
          "    </properties>\n"
          "    <testcase classname=\"g\" name=\"good\" time=\"1.500\"/>\n"
          "    <testcase classname=\"g\" name=\"bad\" time=\"0.250\">\n"
          "      <failure type=\"CRITICAL\" message=\"refused\">see "
          "log</failure>\n"
          "    </testcase>\n"
          "    <testcase classname=\"g\" name=\"odd\" time=\"0.000\">\n"
          "      <error type=\"UNKNOWN\" message=\"no answer\">no "
          "answer</error>\n"
          "    </testcase>\n"
          "    <testcase classname=\"g\" name=\"late\" time=\"0.000\">\n"
          "      <skipped type=\"SKIPPED\" message=\"needs bad\">needs "
          "bad</skipped>\n"
          "    </testcase>\n"
          "  </testsuite>\n</testsuites>\n");
}

TEST_CASE("junit: a suite without cases, and a time before its beginning") {
    CHECK(has(junit_report(suite_of({})), "tests=\"0\" failures=\"0\""));
    CHECK(has(junit_report(suite_of({{"g", "n", -1.0}})), "time=\"0.000\"/>"));
}

}  // namespace lark_batch::text
