#include "lib/text/junit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/strings.hpp"

namespace lark_batch::text {

namespace {

using Result = JunitCase::Result;

// "2026-11-22T09:00:00": Ant's form, which has neither fraction nor zone.
constexpr std::size_t k_to_the_second = 19;

// The escaped form of an ASCII character: itself, an entity, or nothing.
std::string_view ascii_escaped(const char& c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\n':  // a bare one becomes a blank in an attribute
            return "&#10;";
        case '\t':
            return "&#9;";
        default:
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f
                       ? std::string_view{}
                       : std::string_view{&c, 1};
    }
}

// U+FFFE and U+FFFF are UTF-8, but no characters of XML.
bool is_xml_character(std::string_view character) {
    return character != "\xef\xbf\xbe" && character != "\xef\xbf\xbf";
}

std::string attribute(std::string_view name, std::string_view value) {
    return fmt::format(" {}=\"{}\"", name, xml_escaped(value));
}

std::string_view element_of(Result result) {
    switch (result) {
        case Result::failure:
            return "failure";
        case Result::error:
            return "error";
        default:
            return "skipped";
    }
}

std::string case_text(const JunitCase& one) {
    const std::string start =
        "    <testcase" + attribute("classname", one.group) +
        attribute("name", one.name) +
        attribute("time", fmt::format("{:.3f}", std::max(one.seconds, 0.0)));
    if (one.result == Result::passed) {
        return start + "/>\n";
    }
    const std::string_view element = element_of(one.result);
    const std::string& details =
        one.details.empty() ? one.message : one.details;
    return start + fmt::format(">\n      <{}{}{}>{}</{}>\n    </testcase>\n",
                               element, attribute("type", one.type),
                               attribute("message", one.message),
                               xml_escaped(details), element);
}

std::string counts(const JunitSuite& suite) {
    const auto count = [&suite](Result result) {
        return std::ranges::count(suite.cases, result, &JunitCase::result);
    };
    return fmt::format(R"( tests="{}" failures="{}" errors="{}")",
                       suite.cases.size(), count(Result::failure),
                       count(Result::error));
}

std::string seconds_of(const JunitSuite& suite) {
    double sum = 0;
    for (const JunitCase& one : suite.cases) {
        sum += std::max(one.seconds, 0.0);
    }
    return fmt::format(" time=\"{:.3f}\"", sum);
}

std::string properties_text(const JunitSuite& suite) {
    std::string text;
    for (const auto& [name, value] : suite.properties) {
        text += "      <property" + attribute("name", name) +
                attribute("value", value) + "/>\n";
    }
    return "    <properties>\n" + text + "    </properties>\n";
}

}  // namespace

std::string xml_escaped(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    while (!value.empty()) {
        const std::size_t length = utf8_length(value);
        if (length <= 1) {
            text += length == 1 ? ascii_escaped(value.front()) : "";
        } else if (is_xml_character(value.substr(0, length))) {
            text += value.substr(0, length);
        }
        value.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

std::string junit_report(const JunitSuite& suite) {
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
        attribute("name", suite.name) + counts(suite) + seconds_of(suite) +
        ">\n  <testsuite" + attribute("name", suite.name) + counts(suite) +
        fmt::format(" skipped=\"{}\"",
                    std::ranges::count(suite.cases, Result::skipped,
                                       &JunitCase::result)) +
        seconds_of(suite) +
        attribute("timestamp", suite.timestamp.substr(0, k_to_the_second)) +
        attribute("hostname", suite.host) + ">\n" + properties_text(suite);
    for (const JunitCase& one : suite.cases) {
        text += case_text(one);
    }
    return text + "  </testsuite>\n</testsuites>\n";
}

}  // namespace lark_batch::text
