#include "tools/lark-healthcheck/kinds/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "lib/http/url.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/web/json_rule.hpp"
#include "tools/lark-healthcheck/web/status_words.hpp"
#include "tools/lark-healthcheck/web/web_words.hpp"
#include "tools/lark-healthcheck/wire/certificate.hpp"
#include "tools/lark-healthcheck/wire/pattern.hpp"

namespace lark_batch::healthcheck {

namespace {

// "Content-Type: ^application/json"
struct HeaderWish {
    std::string name;  // in lower case
    std::string pattern;
};

HeaderWish wish_of(const std::string& text) {
    const auto colon = std::min(text.find(':'), text.size());
    std::string name{text::trim(text.substr(0, colon))};
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    const std::string rest = colon < text.size() ? text.substr(colon + 1) : "";
    return {std::move(name), std::string{text::trim(rest)}};
}

std::optional<std::string> check_wish(const std::string& value) {
    const HeaderWish wish = wish_of(value);
    if (wish.name.empty() || value.find(':') == std::string::npos) {
        return "must be 'Name: pattern'";
    }
    return check_pattern(wish.pattern);
}

// 300 and 304, say, are answers even with a Location.
bool is_followed(int status) {
    constexpr std::array k_moved{301, 302, 303, 307, 308};
    return std::ranges::find(k_moved, status) != k_moved.end();
}

// Of "CN = a.example, O = Example" the first name.
std::string common_name(const std::string& name) {
    const auto at = name.find("CN = ");
    if (at == std::string::npos) {
        return name;
    }
    return name.substr(at + 5, name.find(',', at) - at - 5);
}

}  // namespace

void Http::declare(config::OptionSet& set, const Check& check) {
    declare_request(set);
    m_access.declare(set, check);
    declare_answer(set);
    declare_days_left(set, m_days_left);
}

void Http::declare_request(config::OptionSet& set) {
    set.add("url", m_url)
        .help("what is asked")
        .check(check_url)
        .veiled(with_veiled_query)
        .placeholder("URL")
        .sample("http://127.0.0.1:8000/health")
        .required();
    set.add("method", m_method)
        .help("how it is asked")
        .choices({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        .placeholder("METHOD");
    set.add("body", m_body)
        .help("what is sent; its type goes into headers")
        .veiled([](const std::string&) { return "***"; })
        .placeholder("TEXT");
    set.add("follow", m_follow)
        .help("redirects that are followed")
        .range(0, 50)
        .placeholder("N");
}

void Http::declare_answer(config::OptionSet& set) {
    set.add("status", m_statuses)
        .help("statuses that are fine: 200, 200-299, 2xx")
        .check(check_status_words)
        .placeholder("STATUS");
    set.add("expect-headers", m_headers)
        .help("headers that must be there, as 'Name: pattern'")
        .check(check_wish)
        .placeholder("HEADER")
        .sample("Content-Type: ^application/json");
    set.add("body-matches", m_matches)
        .help("a pattern, as of grep -E, that some line must match")
        .check(check_pattern)
        .placeholder("PATTERN");
    set.add("body-lacks", m_lacks)
        .help("a pattern that no line may match")
        .check(check_pattern)
        .placeholder("PATTERN");
    set.add("json-rule", m_rules)
        .key("json")
        .help("what values of a JSON answer must be")
        .check(check_json_rule)
        .placeholder("RULE")
        .sample("/services/*/status == healthy");
}

std::string Http::describe() const {
    std::string text =
        fmt::format("sends {} {} and expects status {}", m_method,
                    without_query(m_url), text::join(m_statuses, " or "));
    for (const std::string& rule : m_rules) {
        text += ", " + rule;
    }
    return text;
}

http::Request Http::request(const Surroundings&) const {
    http::Request request = m_access.request(m_url);
    request.method = m_method;
    request.body = m_body;
    request.extras->follow = static_cast<int>(m_follow);
    request.extras->certificate = true;
    return request;
}

bool Http::wants_status(int status) const {
    return std::ranges::any_of(m_statuses, [status](const std::string& words) {
        return status_among(status, words);
    });
}

void Http::judge_status(const http::Response& response,
                        Finding& finding) const {
    if (!wants_status(response.status)) {
        finding.fail(fmt::format("status {} instead of {}", response.status,
                                 text::join(m_statuses, " or ")));
    } else if (m_follow > 0 && !response.header("location").empty() &&
               is_followed(response.status)) {
        const bool all = response.details->redirects == m_follow;
        finding.fail(all ? fmt::format("still status {} after {} redirects",
                                       response.status, m_follow)
                         : fmt::format("status {} would carry the body to "
                                       "another server",
                                       response.status));
    }
}

void Http::judge_headers(const http::Response& response,
                         Finding& finding) const {
    for (const std::string& text : m_headers) {
        const auto [name, pattern] = wish_of(text);
        const std::string_view value = response.header(name);
        if (value.empty()) {
            finding.fail(fmt::format("there is no header '{}'", name));
        } else if (!Pattern{pattern}.found_in(value)) {
            finding.fail(fmt::format("header '{}' is '{}', expected '{}'", name,
                                     text::excerpt(value, 60), pattern));
        }
    }
}

void Http::judge_body(const std::string& body, Finding& finding) const {
    const bool expected = finding.state == State::ok;
    // A wrong status has said enough, but the answer may name the reason.
    judge_json(m_rules, body, expected ? NoJson::is_wrong : NoJson::is_fine,
               finding);
    if (!expected) {
        return;
    }
    if (!m_matches.empty() && !Pattern{m_matches}.found_in(body)) {
        finding.fail(
            fmt::format("no line matches '{}'", text::excerpt(m_matches, 60)));
    }
    if (!m_lacks.empty() && Pattern{m_lacks}.found_in(body)) {
        finding.fail(
            fmt::format("some line matches '{}'", text::excerpt(m_lacks, 60)));
    }
}

void Http::judge_certificate(const http::Details& details,
                             Finding& finding) const {
    if (!details.certificate || !details.certificate->expires_at) {
        return;
    }
    const http::Certificate& shown = *details.certificate;
    Certificate own;
    own.subject = text::excerpt(common_name(shown.subject), 120);
    own.ends = clock::unix_seconds(*shown.expires_at);
    report(finding, Chain{{std::move(own)}, ""}, m_days_left);
}

// Who was asked last is not the one that the check names.
Finding Http::nothing_from(const http::Response& response) {
    if (response.details->redirects == 0) {
        return unanswered(response);
    }
    if (response.fault == http::Fault::bad_request) {
        return Finding{}.fail("redirected to what is no web address");
    }
    return Finding{}.fail(fmt::format("redirected to '{}': {}",
                                      text::excerpt(response.details->host, 80),
                                      web_fault_words(response)));
}

Finding Http::judge(http::Response&& response) const {
    if (!response.answered()) {
        return nothing_from(response);
    }
    Finding finding;
    judge_status(response, finding);
    judge_headers(response, finding);
    judge_body(response.body, finding);
    judge_certificate(*response.details, finding);
    const http::Details& details = *response.details;
    if (finding.state == State::ok) {
        finding.ok(fmt::format("HTTP {}, {} bytes", response.status,
                               response.body.size()));
    }
    finding.measure({"size", static_cast<double>(response.body.size()), "B"});
    finding.measure({"time_connect", details.connected, "s"});
    if (details.secured > 0) {
        finding.measure({"time_tls", details.secured, "s"});
    }
    finding.measure({"time_first_byte", details.first_byte, "s"});
    return finding;
}

}  // namespace lark_batch::healthcheck
