// Reports in the form that CI systems read as test results. There is no
// standard: this is what GitLab, Jenkins and the usual GitHub actions agree
// on, and what Jenkins' schema junit-10.xsd accepts.
// https://docs.gitlab.com/ci/testing/unit_test_reports
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lark_batch::text {

struct JunitCase {
    enum class Result { passed, failure, error, skipped };

    // GitLab tells cases apart by `group` and `name` together.
    std::string group;
    std::string name;
    double seconds = 0;
    Result result = Result::passed;
    // The rest is printed of what did not pass: "CRITICAL", one line, and
    // what else is to be read; `details` is the message when it is empty.
    std::string type{};
    std::string message{};
    std::string details{};
};

struct JunitSuite {
    std::string name;
    std::string host;
    std::string timestamp;  // UTC, as clock::format_utc() writes it
    std::vector<std::pair<std::string, std::string>> properties;
    std::vector<JunitCase> cases;
};

// An XML document of one suite, with its newline.
std::string junit_report(const JunitSuite& suite);

// `value` as the content of an XML element or a quoted attribute. What XML
// forbids (control characters, bytes that are not UTF-8) is left out;
// newlines stay, also in attributes.
std::string xml_escaped(std::string_view value);

}  // namespace lark_batch::text
