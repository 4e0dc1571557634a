#include "lib/notify/mail.hpp"

#include "lib/text/base64.hpp"
#include "tests/unit/notify/samples.hpp"

using namespace lark_batch;
using namespace lark_batch::notify;
using namespace lark_batch::notify::test;

namespace {

// 2026-11-22T02:15:40.123Z
constexpr clock::WallTime k_now{clock::Duration{1'795'313'740'123}};

std::string mail_of(const Digest& digest) {
    return mail_content(digest, {"值班", "ops@example.com"},
                        {"a@example.com", "b@example.com"}, k_now);
}

// What the first part of that type says.
std::string decoded(const std::string& mail, const std::string& type) {
    std::string lines = between(mail, "Content-Type: " + type, "\r\n--");
    lines = lines.substr(lines.find("\r\n\r\n") + 4);
    std::erase(lines, '\r');
    std::erase(lines, '\n');
    return text::decode_base64(lines).value_or("");
}

}  // namespace

TEST_CASE("mail: headers are ASCII, in lines of at most 76 characters") {
    CHECK(encode_header("Tokens (1/2)", 9) == "Tokens (1/2)");
    CHECK(encode_header("令牌", 9) == "=?UTF-8?B?5Luk54mM?=");
    CHECK(encode_header("a =?UTF-8?Q?b?=", 9).starts_with("=?UTF-8?B?"));
    std::string longer;
    for (int count = 0; count < 40; ++count) {
        longer += "令";
    }
    const std::string encoded =
        "Subject: " + encode_header(longer, std::string{"Subject: "}.size());
    std::string whole;
    for (std::size_t at = 0; at < encoded.size();) {
        const auto end = std::min(encoded.find("\r\n", at), encoded.size());
        const std::string line = encoded.substr(at, end - at);
        CHECK(line.size() <= 76);
        whole += text::decode_base64(between(line, "?B?", "?=")).value_or("");
        at = end + 2;
    }
    CHECK(whole == longer);
}

TEST_CASE("mail: a sender with a long name is folded before the address") {
    std::string name;
    for (int count = 0; count < 14; ++count) {
        name += "班";
    }
    const std::string mail =
        mail_content(digest_of({entry_of("a")}), {name, "ops@example.com"},
                     {"a@example.com"}, k_now);
    CHECK(has(mail, "?=\r\n <ops@example.com>\r\nTo: "));
    CHECK(between(mail, "\r\nFrom: ", "\r\n").size() <= 70);
}

TEST_CASE("mail: a header cannot be ended early") {
    CHECK_FALSE(has(encode_header("a\r\nBcc: x@example.com", 9), "Bcc"));
}

TEST_CASE("mail: the envelope's headers are those of RFC 5322") {
    const Digest digest = digest_of({entry_of("a")}, Language::zh);
    const std::string mail = mail_of(digest);
    CHECK(
        mail.starts_with("Date: Sun, 22 Nov 2026 02:15:40 +0000\r\n"
                         "From: =?UTF-8?B?5YC854+t?= <ops@example.com>\r\n"
                         "To: a@example.com,\r\n b@example.com\r\n"
                         "Subject: =?UTF-8?B?"));
    CHECK(has(mail, "\r\nMessage-ID: <" + digest.id() + "@example.com>\r\n"));
    CHECK(has(mail, "\r\nAuto-Submitted: auto-generated\r\n"));
    CHECK(mail_of(digest) == mail);
}

TEST_CASE("mail: the text comes plain and as HTML, lines end with CRLF") {
    const std::string mail = mail_of(digest_of({entry_of("张三 <b>")}));
    CHECK(has(decoded(mail, "text/plain"), "- [urgent] 张三 <b>\r\n"));
    CHECK(
        has(decoded(mail, "text/html"), "<li>[urgent] 张三 &#60;b&#62;</li>"));
    for (auto at = mail.find('\n'); at != mail.npos;
         at = mail.find('\n', at + 1)) {
        REQUIRE(mail[at - 1] == '\r');
    }
    CHECK(mail.ends_with("--\r\n"));
}
