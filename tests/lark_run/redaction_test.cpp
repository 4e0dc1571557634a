// What is kept of a command's output: plain, without secrets, and bounded.
#include <doctest/doctest.h>

#include <array>

#include "lib/clock/clock.hpp"
#include "lib/errors/error.hpp"
#include "tools/lark-run/plain_text.hpp"
#include "tools/lark-run/redactor.hpp"
#include "tools/lark-run/tail.hpp"

using namespace lark_batch;
using namespace lark_batch::lark_run;

namespace {

const Redactor& redactor() {
    static const Redactor instance{{}};
    return instance;
}

bool has(const std::string& text, const std::string& piece) {
    return text.find(piece) != std::string::npos;
}

// In each line §...§ is what nobody may read; the rest must stay.
constexpr std::array k_secret_lines{
    "password=§hunter2§",
    "Password: §hunter2§, user: anna",
    "PGPASSWORD=§hunter2§ psql -h db",
    "export DB_PASSWORD='§two words§'",
    "DB_PASS=§hunter2§",
    "mysql --password=§hunter2§ --host db",
    "restic --password-file /etc/p --repository-password §hunter2§ backup",
    "curl --token §abcdef123456§ https://x.example.com/",
    "client_secret=§0123456789abcdef§&grant_type=client_credentials",
    "app_secret: \"§Z8rX kd\\\"9§\"",
    "{\"password\": \"§p@ss \\\"quoted\\\" word§\", \"user\": \"anna\"}",
    "{\\\"password\\\":\\\"§hunter2§\\\",\\\"user\\\":\\\"anna\\\"}",
    "{\"app_secret\":\"§xYz§\",\"app_id\":\"cli_a1\"}",
    "api_key=§sk_live_51H§ ok",
    "apikey: §51H§",
    "x-api-key: §51H§",
    "X-Auth-Token: §51H§",
    "aws_access_key_id = §AKIAIOSFODNN7EXAMPLE§",
    "aws_secret_access_key = §wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY§",
    "AccountKey=§Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6==§;x=1",
    "Server=db;User=sa;Pwd=§hunter2§;x=1",
    "encrypt_key: §kudryavka§",
    "Authorization: §Basic YWxhZGRpbjpvcGVuc2VzYW1l§",
    "authorization: §Bearer t-caecc734c2e3328a62489fe0648c4b98779515d3§",
    "curl -H \"Authorization: §token 0123§\" https://x.example.com",
    "sent bearer §0123456789abcdef0123§ to it",
    "Cookie: §session=abc; csrf=def§",
    "Set-Cookie: §session=abc; HttpOnly§",
    "postgresql://app:§hunter2§@db.example.com/x",
    "fetching https://anna:§hunter2§@example.com:8443/path?x=1",
    "redis://:§hunter2§@cache:6379/0",
    "postgresql://app:§hun@ter2§@db.example.com/x",
    "curl -u anna:§hunter2§ https://x.example.com/",
    "<password>§hunter2§</password> 'password' => '§hunter2§'",
    "SECRET_KEY_BASE=§0123§ signing_key: §0123§",
    "pinged https://hc-ping.com/§1b2c3d4e-1111-2222-3333-444455556666§",
    "https://discord.com/api/webhooks/§123/abc-DEF§",
    "got §sk-0123456789abcdefghijklmnop§ and §npm_0123456789abcdefghijklmnop§",
    "https://x.blob.example.com/b?sv=1&sig=§abc%2Bdef§&se=2",
    "https://example.com/callback?code=§0123§&state=7",
    "https://open.feishu.cn/open-apis/bot/v2/hook/§0a1b-2c3d§ answered",
    "tenant_access_token t: §t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234§",
    "got §u-cjhGEdRkR5x2S7bZJ1m3Kd5gq9B0§ back",
    "got §ur-oQ0mMq6MCcueAv0pwx2fQQhxqv__CbLu6G8ySFwafeKww2Def2B§ back",
    "jwt §eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwp§ .",
    "pushed with §ghp_16C7e42F292c6912E7710c838347Ae178B4a§",
    "§glpat-0123456789abcdefghij§ and §xoxb-123456789012-abcdefghijk§",
};

constexpr std::array k_innocent_lines{
    "token expired, asking for a new one",
    "tokens=5 refreshed, 0 tokens left, token_count=12",
    "password changed for anna",
    "passwords: 3 checked",
    "passed=12 failed=0 compass=north bypass: on",
    "secretary=anna author=bert monkey=banana keyboard: us",
    "PWD=/root OLDPWD=/home/anna",
    "PATH=/usr/bin:/bin HOME=/root",
    "https://example.com:8443/users/a@b.example.com?key_count=5",
    "https://example.com/open-apis/contact/v3/users?page_size=50",
    "rsync: anna@host:/srv/data 1.5MB/s 12:30:05",
    "u-boot t-shirt u-turn a-z ur-text",
    "bearer of bad news",
    "risk-assessment-of-the-whole-company done, -u anna host:/srv",
    "Basic functionality is there",
    "-----BEGIN CERTIFICATE-----",
    "MIIBszCCAVmgAwIBAgIUZk",
    "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
    "run 0a8fd0a4-6d5c-4ef4-b7ff-3b5d6d4ff00d took 3.5 s",
    "备份完成: 12 个文件 ✓",
};

}  // namespace

TEST_CASE("redaction: secrets go, what stands around them stays") {
    const std::string mark = "§";
    for (const std::string line : k_secret_lines) {
        std::string plain;
        std::string wanted;
        bool inside = false;
        for (std::size_t at = 0; at < line.size();) {
            if (line.compare(at, mark.size(), mark) == 0) {
                wanted += inside ? "***" : "";
                inside = !inside;
                at += mark.size();
                continue;
            }
            plain += line[at];
            wanted += inside ? "" : line.substr(at, 1);
            ++at;
        }
        CHECK(redactor().redacted("before\n" + plain + "\nafter") ==
              "before\n" + wanted + "\nafter");
    }
}

TEST_CASE("redaction: innocent neighbours stay as they are") {
    for (const std::string line : k_innocent_lines) {
        CHECK(redactor().redacted(line) == line);
    }
}

TEST_CASE("redaction: private keys go, whole or without an end") {
    const std::string begin = "-----BEGIN RSA PRIVATE KEY-----\n";
    const std::string body = "MIIEpAIBAAKCAQEA\nc3RvcnkgYm9hcmQ=\n";
    const std::string end = "-----END RSA PRIVATE KEY-----";
    CHECK(redactor().redacted("a\n" + begin + body + end + "\nb") ==
          "a\n***\nb");
    CHECK(redactor().redacted("a\n" + begin + body) == "a\n***");
    CHECK(redactor().redacted(body + end + "\nb\n") == "***\nb\n");
    CHECK(redactor().redacted(begin + body + end + "\nx\n" + begin + body +
                              end + "\n") == "***\nx\n***\n");
}

TEST_CASE("redaction: patterns of the user's, with and without a group") {
    const Redactor own{{"card [0-9]+", "pin ([0-9]+) of"}};
    CHECK(own.redacted("card 4111 pin 1234 of\npin 5 of password=x") ==
          "*** pin *** of\npin *** of password=***");
    CHECK(check_redaction("([0-9").has_value());
    CHECK(!check_redaction("[0-9]+").has_value());
    CHECK(Redactor{{"x*"}}.redacted("axxb") == "a***b");
}

TEST_CASE("redaction: long lines that nearly match cost no time to speak of") {
    const auto begin = clock::system_clock().instant();
    for (const std::string part :
         {"a", "token", "-token ", "://a:", "t-a", "eyJ", "password=\"",
          "authorization: ", "AKIA"}) {
        std::string line;
        while (line.size() < (24u << 10)) {
            line += part;
        }
        CHECK_FALSE(redactor().redacted(line).empty());
    }
    const auto took = clock::system_clock().instant() - begin;
    MESSAGE("took " << took.count() / 1000 << " ms");
    CHECK(took < std::chrono::seconds{3});
}

TEST_CASE("plain text: no sequences, no control characters, UTF-8 only") {
    CHECK(plain_text("\x1b[31mred\x1b[0m \x1b]0;title\a|\x1b(B.") == "red |.");
    CHECK(plain_text("10%\r20%\r100%\ndone\r\n") == "100%\ndone\n");
    CHECK(plain_text("kept\n1%\r2%") == "kept\n2%");
    CHECK(plain_text(std::string_view{"a\0b\tc\x7f", 6}) == "a b\tc ");
    CHECK(plain_text("好\xff\xe5\xa5") == "好???");
    CHECK(plain_text("end\x1b") == "end");
    CHECK(plain_text("pass\x1b[1mword=x") == "password=x");
}

TEST_CASE("tail: the last whole lines, and never a part of a secret") {
    Tail tail{100};
    for (int i = 0; i < 10'000; ++i) {
        tail.add("line " + std::to_string(i) + "\n");
    }
    const std::string text = tail.text(redactor());
    CHECK(text.size() <= 100);
    CHECK(text.starts_with("line 99"));
    CHECK(text.ends_with("line 9999"));
    CHECK(tail.total() > 90'000);

    Tail cut{30};
    cut.add("password=" + std::string(200, 'x') + " then more\n");
    CHECK_FALSE(has(cut.text(redactor()), "xx"));
    Tail flood{64};
    flood.add("x=" + std::string(1 << 20, 'y'));
    CHECK(has(flood.text(redactor()), "a line of more than"));
    Tail nothing{0};
    nothing.add("x\n");
    CHECK(nothing.text(redactor()).empty());
    CHECK(nothing.total() == 2);
    Tail wide{8};
    wide.add("备份完成");
    CHECK(wide.text(redactor()) == "完成");
}
