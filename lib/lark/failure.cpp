#include "lib/lark/failure.hpp"

#include <vector>

#include "lib/text/strings.hpp"

namespace lark_batch::lark {

namespace {

constexpr std::size_t k_longest_quote = 200;

std::string start_of(const Origin& origin) {
    return "app '" + std::string{origin.app} +
           "': " + std::string{origin.method} + " " + std::string{origin.api};
}

std::string after_attempts(const Origin& origin) {
    return origin.attempts < 2
               ? std::string{}
               : " after " + std::to_string(origin.attempts) + " attempts";
}

// What Lark's support asks for first.
std::string log_id_of(const http::Response& response,
                      const Envelope& envelope) {
    for (const std::string_view id :
         {response.header("x-tt-logid"), std::string_view{envelope.log_id},
          response.header("x-request-id")}) {
        if (!id.empty()) {
            return "log id " + text::excerpt(id, 80);
        }
    }
    return {};
}

std::string details_of(const http::Response& response,
                       const Envelope& envelope) {
    std::vector<std::string> parts;
    if (!envelope.missing_scopes.empty()) {
        const auto scopes = text::join(envelope.missing_scopes, ", ");
        parts.push_back("missing scopes: " + text::excerpt(scopes, 400));
    }
    if (!envelope.violations.empty()) {
        const auto fields = text::join(envelope.violations, ", ");
        parts.push_back(text::excerpt(fields, k_longest_quote));
    }
    if (auto log_id = log_id_of(response, envelope); !log_id.empty()) {
        parts.push_back(std::move(log_id));
    }
    return parts.empty() ? std::string{} : " (" + text::join(parts, "; ") + ")";
}

std::string problem_of(const Origin& origin, const http::Response& response,
                       const Envelope& envelope) {
    if (!response.answered()) {
        return " got no answer" + after_attempts(origin) + ": " +
               text::excerpt(response.fault_text, k_longest_quote);
    }
    if (!envelope.valid || envelope.code == 0) {
        return " was answered with HTTP " + std::to_string(response.status) +
               (envelope.valid ? "" : " and no JSON of Lark's") +
               after_attempts(origin);
    }
    return " was refused with code " + std::to_string(envelope.code) + " '" +
           text::excerpt(envelope.msg, k_longest_quote) + "'" +
           after_attempts(origin);
}

std::string hint_of(const Verdict& verdict, const Envelope& envelope) {
    std::string hint{verdict.hint};
    if (!envelope.help_url.empty()) {
        hint += hint.empty() ? "see " : ": ";
        hint += text::excerpt(envelope.help_url, 300);
    }
    return hint;
}

}  // namespace

Failure failure_of(const Origin& origin, const http::Response& response,
                   const Envelope& envelope, const Verdict& verdict) {
    return {errors::Error{verdict.kind,
                          start_of(origin) +
                              problem_of(origin, response, envelope) +
                              details_of(response, envelope),
                          hint_of(verdict, envelope)},
            response.status, envelope.code};
}

Failure broken_chain(const Origin& origin, const http::Response& response,
                     std::string_view problem) {
    return {errors::Error{errors::Kind::unavailable,
                          start_of(origin) +
                              " did not end its list: " + std::string{problem} +
                              details_of(response, Envelope{})},
            response.status, 0};
}

}  // namespace lark_batch::lark
