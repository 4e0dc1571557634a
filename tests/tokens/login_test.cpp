// A person consents in a browser, which the test is.
#include <doctest/doctest.h>

#include <regex>

#include "tests/support/pushgateway.hpp"
#include "tests/tokens/office.hpp"

using namespace lark_batch::test;

namespace {

std::string decoded(const std::string& text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '%') {
            plain += static_cast<char>(
                std::stoi(text.substr(at + 1, 2), nullptr, 16));
            at += 2;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

// lark-admin token login, waiting for its redirect.
class Login {
public:
    explicit Login(const Office& office)
        : m_office(&office),
          m_process(
              office.admin_command({"token", "login", "--app", "hr", "--port",
                                    "0", "--login-timeout", "20s"})) {
        wait_for("the address", [this] {
            return m_process.out().find("redirect URLs") != std::string::npos;
        });
        m_page = m_process.out();
    }

    std::string parameter(const std::string& name) const {
        std::smatch found;
        const std::regex wanted{"[?&]" + name + "=([^&\\s]*)"};
        REQUIRE(std::regex_search(m_page, found, wanted));
        return decoded(found[1]);
    }

    // What the consent page gives for the challenge.
    std::string code(const std::string& open_id) const {
        const json body = {
            {"app", "cli_office_hr"},
            {"open_id", open_id},
            {"scope", parameter("scope")},
            {"redirect_uri", parameter("redirect_uri")},
            {"code_challenge", parameter("code_challenge")},
            {"code_challenge_method", parameter("code_challenge_method")}};
        return json::parse(
                   m_office->sandbox().post("/_sandbox/authorize", body.dump()))
            .at("code");
    }

    HttpAnswer redirect(const std::string& query) const {
        return http_get(parameter("redirect_uri") + "?" + query);
    }

    Ran end() {
        const auto ended = m_process.wait(std::chrono::seconds{20});
        REQUIRE(ended);
        CHECK_FALSE(tells_secret(ended->out));
        return ran(*ended);
    }

private:
    const Office* m_office;
    Process m_process;
    std::string m_page;
};

std::string somebody(const Office& office) {
    return json::parse(office.sandbox().get("/_sandbox/company?list=users"))
        .at("list")
        .at(7)
        .at("open_id");
}

// What a scrape sees of when people's tokens end, after one more check.
std::string ends_after_check(const Office& office, const Pushgateway& gateway) {
    Command check = office.check_command();
    check.env = {{"LARK_BATCH_PUSHGATEWAY_ENABLED", "true"},
                 {"LARK_BATCH_PUSHGATEWAY_URL", gateway.url()}};
    CHECK(ran(run(check)).exit_code == 0);
    const std::string page = gateway.metrics();
    const std::size_t name =
        page.find("\nlark_service_token_expiry_timestamp_seconds{");
    REQUIRE(name != std::string::npos);
    const std::size_t value = page.find("} ", name) + 2;
    return page.substr(value, page.find('\n', value) - value);
}

}  // namespace

TEST_CASE("login: the consent's code becomes a stored token") {
    const Office office;
    const std::string open_id = somebody(office);
    Login login{office};
    CHECK(login.parameter("client_id") == "cli_office_hr");
    CHECK(login.parameter("code_challenge_method") == "S256");
    CHECK(login.parameter("scope").find("offline_access") != std::string::npos);
    // Somebody else's redirect does not end the wait.
    CHECK(login.redirect("code=code-1&state=guessed").status == 400);
    const HttpAnswer page = login.redirect(
        "code=" + login.code(open_id) + "&state=" + login.parameter("state"));
    CHECK(page.status == 200);
    CHECK(page.body.find("Thank you") != std::string::npos);
    const Ran done = login.end();
    CHECK(done.exit_code == 0);
    CHECK(done.out.find("Stored the token of " + open_id) != std::string::npos);
    CHECK(office.holds_living_pair({open_id, "", ""}));
    CHECK(office.print(open_id).out.starts_with("u-"));
}

TEST_CASE("login: who says no is believed, and nothing is stored") {
    const Office office;
    Login login{office};
    CHECK(
        login.redirect("error=access_denied&state=" + login.parameter("state"))
            .status == 200);
    const Ran done = login.end();
    CHECK(done.exit_code == 77);
    CHECK(done.says("access_denied"));
    CHECK(office.sql("SELECT count(*) FROM lark_batch.tokens") == "0");
}

TEST_CASE("login: a code that Lark does not know stores nothing") {
    const Office office;
    Login login{office};
    login.redirect("code=code-of-another-app&state=" +
                   login.parameter("state"));
    const Ran done = login.end();
    CHECK(done.exit_code == 77);
    CHECK(done.says("20003"));
    CHECK(office.sql("SELECT count(*) FROM lark_batch.tokens") == "0");
}

TEST_CASE("a token that only a login brings back ends with its access token") {
    const Pushgateway gateway;
    const Office office;
    office.employ(2);
    office.sql(
        "UPDATE lark_batch.tokens SET state = 'needs_login',"
        " reason = 'revoked', access_expires_at = to_timestamp(1700000000)"
        " WHERE token_id = (SELECT min(token_id) FROM lark_batch.tokens)");
    CHECK(std::stod(ends_after_check(office, gateway)) == 1'700'000'000);
    office.sql("UPDATE lark_batch.tokens SET state = 'revoked'");
    CHECK(ends_after_check(office, gateway) == "+Inf");
}
