#include "tools/lark-healthcheck/kinds/lark_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "lib/http/url.hpp"
#include "lib/lark/errors.hpp"
#include "lib/lark/failure.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/json_writer.hpp"
#include "tools/lark-healthcheck/kinds/spoken.hpp"
#include "tools/lark-healthcheck/queries_tasks.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr const char* k_token =
    "/open-apis/auth/v3/tenant_access_token/internal";
constexpr const char* k_scopes = "/open-apis/contact/v3/scopes";
constexpr const char* k_bot = "/open-apis/bot/v3/info";
constexpr std::int64_t k_bot_enabled = 2;

std::size_t size_of(simdjson::dom::element data, const char* list) {
    simdjson::dom::array items;
    return data[list].get(items) == simdjson::SUCCESS ? items.size() : 0;
}

std::string credentials(const lark::App& app) {
    text::JsonWriter json;
    json.begin_object().field("app_id", app.app_id);
    json.field("app_secret", app.secret.reveal()).end_object();
    return json.str();
}

}  // namespace

// One conversation: each question once, because retries are the check's.
class LarkApi::Talk {
public:
    Talk(lark::App app, http::Settings settings,
         const clock::Deadline& deadline)
        : m_app(std::move(app)),
          m_http(std::move(settings)),
          m_deadline(deadline) {
        http::checked_base_url("base_url of app '" + m_app.name + "'",
                               m_app.base_url);
    }

    // Throws Error(timeout) at the deadline, and Lark's refusal as an Error.
    simdjson::dom::element ask(const std::string& method, const char* api,
                               const std::string& query,
                               const std::string& body = {});
    void fetch_token();

    double seconds() const { return m_seconds; }  // of the last answer
    // Between our clock and Lark's; nothing when no answer had a date.
    std::optional<double> skew() const { return m_skew; }

private:
    void note_date(const http::Response& response);

    lark::App m_app;
    http::Client m_http;
    const clock::Deadline& m_deadline;
    simdjson::dom::parser m_parser;
    text::Secret m_bearer;
    double m_seconds = 0;
    std::optional<double> m_skew;
};

// The server wrote it about in the middle of the exchange, and cut it to whole
// seconds.
void LarkApi::Talk::note_date(const http::Response& response) {
    if (const auto date = http_date(std::string{response.header("date")})) {
        const double now = clock::unix_seconds(clock::system_clock().now());
        m_skew = now - m_seconds / 2 - (*date + 0.5);
    }
}

simdjson::dom::element LarkApi::Talk::ask(const std::string& method,
                                          const char* api,
                                          const std::string& query,
                                          const std::string& body) {
    http::Request request{
        method, m_app.base_url + api + query, {}, body, m_deadline.remaining()};
    if (!m_bearer.empty()) {
        request.headers.emplace_back("Authorization", m_bearer.reveal());
    }
    if (!body.empty()) {
        request.headers.emplace_back("Content-Type",
                                     "application/json; charset=utf-8");
    }
    const http::Response response = m_http.fetch(std::move(request));
    if (response.fault == http::Fault::timeout) {
        throw errors::Error{errors::Kind::timeout,
                            fmt::format("no answer to {} {}", method, api)};
    }
    m_seconds = std::chrono::duration<double>(response.elapsed).count();
    note_date(response);
    const lark::Envelope envelope =
        response.answered() ? lark::read_envelope(m_parser, response.body)
                            : lark::Envelope{};
    const lark::Verdict verdict =
        lark::judge({response.fault, response.status, envelope.valid,
                     envelope.code, api == k_token});
    if (verdict.reaction != lark::Reaction::accept) {
        throw lark::failure_of({m_app.name, method, api}, response, envelope,
                               verdict)
            .error;
    }
    return api == k_token ? envelope.root : envelope.data;
}

void LarkApi::Talk::fetch_token() {
    std::string_view token;
    if (ask("POST", k_token, "", credentials(m_app))["tenant_access_token"].get(
            token) != simdjson::SUCCESS) {
        throw errors::Error{errors::Kind::unavailable,
                            "the answer holds no tenant_access_token"};
    }
    m_bearer = text::Secret{"Bearer " + std::string{token}};
}

std::optional<double> http_date(const std::string& text) {
    std::tm parts{};
    const char* const end =
        strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') {
        return std::nullopt;
    }
    return static_cast<double>(timegm(&parts));
}

void LarkApi::declare(config::OptionSet& set, const Check& check) {
    m_check = &check;
    set.add("for-app", m_app)
        .help("the [[app]] that speaks")
        .placeholder("NAME")
        .sample("hr-portal")
        .required();
    set.add("contact", m_contact)
        .help("whether it may read the directory; a bot need not");
    set.add("empty-scope", m_empty_scope)
        .help("what it means that the app's contact scope is empty")
        .choices({"ok", "warning", "critical"})
        .placeholder("STATE");
    set.add("bot", m_bot)
        .help(
            "also whether its bot is enabled; counts against the monthly "
            "quota, so use it with every = \"6h\"");
    declare_threshold(set, "skew-", m_skew,
                      "seconds between our clock and Lark's");
    declare_budget(set);
}

void LarkApi::declare_budget(config::OptionSet& set) {
    set.add("budget", m_budget)
        .help("calls that the company's plan allows a month; 0 is no limit")
        .range(0, 1'000'000'000)
        .placeholder("CALLS");
    declare_threshold(set, "budget-", m_used,
                      "percent of the budget that our programs have used");
}

std::string LarkApi::describe() const {
    return fmt::format("asks Lark for a token of app '{}'{}{}", m_app,
                       m_contact ? " and its contact scope" : "",
                       m_bot ? ", and how its bot is" : "");
}

void LarkApi::judge_scope(Talk& talk, Finding& finding) const {
    const auto data = talk.ask("GET", k_scopes, "?page_size=1");
    finding.measure({"scope_time", talk.seconds(), "s", {}, 0.0});
    if (size_of(data, "department_ids") + size_of(data, "user_ids") +
            size_of(data, "group_ids") ==
        0) {
        finding.note(state_of(m_empty_scope).value_or(State::critical),
                     "the app's contact scope is empty: it can see nobody");
    }
}

void LarkApi::judge_bot(Talk& talk, Finding& finding) {
    const auto data = talk.ask("GET", k_bot, "");
    finding.measure({"bot_time", talk.seconds(), "s", {}, 0.0});
    std::int64_t status = -1;
    if (data["bot"]["activate_status"].get(status) != simdjson::SUCCESS) {
        finding.fail("the app has no bot");
    } else if (status != k_bot_enabled) {
        finding.fail(fmt::format(
            "the bot is not enabled (activate_status {} instead of 2)",
            status));
    }
}

void LarkApi::judge_clock(const Talk& talk, Finding& finding) const {
    if (talk.skew()) {
        finding.measure(
            {"clock_skew", std::abs(*talk.skew()), "s", m_skew.parsed(), 0.0},
            fmt::format("our clock is {} {} Lark's",
                        spoken_age(std::abs(*talk.skew())),
                        *talk.skew() > 0 ? "ahead of" : "behind"));
    }
}

// Without our database the rest counts all the same.
void LarkApi::judge_budget(const Surroundings& around,
                           const clock::Deadline& deadline,
                           Finding& finding) const {
    try {
        auto session = m_database.connect(around, deadline);
        const double used = ask_metered_calls(
            session, around.settings->run.timezone, m_bot ? m_check->name : "");
        const double percent = used * 100 / static_cast<double>(m_budget);
        finding.measure(
            {"budget_used", percent, "%", m_used.parsed(), 0.0},
            fmt::format("our programs used {:.0f} of this month's {} calls",
                        used, m_budget));
        finding.measure({"calls_left",
                         std::max(0.0, static_cast<double>(m_budget) - used),
                         "",
                         {},
                         0.0});
    } catch (const errors::Error& error) {
        finding.note(State::warning, std::string{"this month's calls are not "
                                                 "known: "} +
                                         error.what());
    }
}

void LarkApi::talk(Talk& talk, Finding& finding) const {
    talk.fetch_token();
    finding.measure({"token_time", talk.seconds(), "s", {}, 0.0});
    judge_clock(talk, finding);
    if (m_contact) {
        judge_scope(talk, finding);
    }
    if (m_bot) {
        judge_bot(talk, finding);
    }
}

Finding LarkApi::probe(const Surroundings& around,
                       const clock::Deadline& deadline) const {
    const config::AppSettings* const app = around.settings->apps.find(m_app);
    if (app == nullptr) {
        throw errors::Error{errors::Kind::config,
                            "there is no app '" + m_app + "'"};
    }
    http::Settings settings = run::http_settings(around.settings->http);
    settings.connect_timeout = deadline.at_most(settings.connect_timeout);
    settings.max_body = 1u << 20;
    Finding finding;
    try {
        Talk conversation{run::lark_app(*app), settings, deadline};
        talk(conversation, finding);
    } catch (const errors::Error& error) {
        if (error.kind() == errors::Kind::timeout) {
            throw;
        }
        // Also a wrong secret, which is no mistake in this check.
        finding.fail(error.what());
    }
    if (m_budget > 0) {
        judge_budget(around, deadline, finding);
    }
    if (finding.state == State::ok) {
        finding.ok(fmt::format("app '{}' can speak to Lark", m_app));
    }
    return finding;
}

}  // namespace lark_batch::healthcheck
