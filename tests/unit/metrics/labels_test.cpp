#include "lib/metrics/labels.hpp"

#include <doctest/doctest.h>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

using errors::Error;
using errors::Kind;

Kind kind_of_refusal(const Family& family, const Labels& labels) {
    try {
        check_labels(family, labels);
    } catch (const Error& error) {
        return error.kind();
    }
    return Kind::failed;
}

Kind kind_of_misread(std::string_view text) {
    try {
        parse_labels_key(k_executions, text);
    } catch (const Error& error) {
        return error.kind();
    }
    return Kind::failed;
}

}  // namespace

TEST_CASE("labels: names must be the family's, all of them, in its order") {
    CHECK_NOTHROW(check_labels(
        k_executions, {{"task_name", "sync_users"}, {"status", "success"}}));
    CHECK(kind_of_refusal(k_executions, {{"task_name", "a"}}) == Kind::bug);
    CHECK(kind_of_refusal(k_executions, {{"status", "success"},
                                         {"task_name", "a"}}) == Kind::bug);
    CHECK(kind_of_refusal(k_rate_limited, {{"task_name", "a"}}) == Kind::bug);
}

TEST_CASE("labels: a closed list admits nothing else") {
    CHECK(kind_of_refusal(k_executions, {{"task_name", "a"},
                                         {"status", "partial"}}) == Kind::bug);
    CHECK(kind_of_refusal(k_api_requests, {{"method", "GET"},
                                           {"endpoint", "/x"},
                                           {"status", "20"}}) == Kind::bug);
    CHECK_NOTHROW(check_labels(
        k_api_requests,
        {{"method", "GET"}, {"endpoint", "/x"}, {"status", "error"}}));
    CHECK(status_label(0) == "error");
    CHECK(status_label(429) == "429");
}

TEST_CASE("labels: an open value is short UTF-8 text without controls") {
    for (const std::string good : {"hr-portal", "人事", "a\"b\\c", "😀"}) {
        CHECK_NOTHROW(check_labels(k_sync_fields_lost, {{"app", good}}));
    }
    for (const std::string& bad :
         {std::string{}, std::string(201, 'x'), std::string{"a\nb"},
          std::string{"a\0b", 3}, std::string{"\x7f"}, std::string{"\xff"},
          std::string{"\xc0\xaf"}, std::string{"\xed\xa0\x80"},
          std::string{"\xf4\x90\x80\x80"}, std::string{"\xe4\xba"}}) {
        CHECK(kind_of_refusal(k_sync_fields_lost, {{"app", bad}}) == Kind::bug);
    }
}

TEST_CASE("labels: a check's kind is any, its groups and labels may be none") {
    const auto info = [](const char* kind, const char* groups) {
        return Labels{{"check", "main db"},
                      {"kind", kind},
                      {"groups", groups},
                      {"labels", ""}};
    };
    CHECK_NOTHROW(check_labels(k_check_info, info("http", "")));
    CHECK_NOTHROW(check_labels(k_check_info, info("sql_ratio", "a,b")));
    CHECK(kind_of_refusal(k_check_info, info("", "")) == Kind::bug);
    CHECK(kind_of_refusal(k_check_state, {{"check", ""}}) == Kind::bug);
}

TEST_CASE("labels: the key has sorted names, and reads back in order") {
    const Labels labels{{"task_name", "a\"b\\c 人"}, {"status", "failure"}};
    const auto key = labels_key(labels);
    CHECK(key == R"({"status":"failure","task_name":"a\"b\\c 人"})");
    CHECK(parse_labels_key(k_executions, key) == labels);
    CHECK(labels_key({}) == "{}");
    CHECK(parse_labels_key(k_rate_limited, "{}").empty());
}

TEST_CASE("labels: PostgreSQL's own spelling of the object is understood") {
    CHECK(parse_labels_key(k_executions,
                           R"({"status": "success", "task_name": "x"})") ==
          Labels{{"task_name", "x"}, {"status", "success"}});
}

TEST_CASE("labels: a damaged key is a fault of the stored state") {
    for (const auto text :
         {"", "{", "[]", "{}x", R"({"status":"success"})",
          R"({"status":"success","task_name":"x","extra":"y"})",
          R"({"status":"nonsense","task_name":"x"})",
          R"({"status":"success","task_name":1})",
          R"({"status":"success","task_name":"x")",
          R"({"status":"success","task_name":"\u0041"})",
          R"({"status":"success","task_name":"x"}})"}) {
        CAPTURE(text);
        CHECK(kind_of_misread(text) == Kind::config);
    }
}

}  // namespace lark_batch::metrics
