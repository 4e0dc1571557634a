#include "tools/lark-run/redactor.hpp"

#include <fmt/format.h>

#include <string_view>

#include "lib/errors/error.hpp"

namespace lark_batch::lark_run {

namespace {

const std::string k_veil = "***";

struct BuiltIn {
    std::string pattern;
    std::size_t group;  // that is the secret
    Letters letters;
};

// Of names whose value is a secret. What stands before does not matter
// (DB_PASSWORD, x-auth-token); behind nothing may: token_count, tokens.
std::vector<BuiltIn> named_values() {
    const std::string name =
        "(passw(or)?d|passwort|passphrase|[_-]pass|[_;&?]pwd|secret|token"
        "|secret[_-]?key([_-]?base)?|api[_-]?key|access[_-]?key|account[_-]?key"
        "|private[_-]?key|signing[_-]?key|encrypt(ion)?[_-]?key"
        "|credentials?)";
    // Quotes, perhaps escaped, and = or :.
    const std::string joint = R"([\"']*[ 	]*[=:]>?[ 	]*)";
    const Letters any = Letters::any_case;
    const std::size_t value = 5;  // behind the groups of the name
    return {
        {name + joint + R"re("(([^"\]|\\.)*)")re", value, any},
        {name + joint + "'([^']*)'", value, any},
        {name + joint + R"re([\"']*([^][ 	,;&"'<>(){}\]+))re", value,
         any},
        // --password hunter2
        {"-" + name + "[ \t]+([^- \t][^ \t]*)", value, any},
        // <password>hunter2</password>
        {name + ">([^<]+)<", value, any},
        // curl -u person:hunter2
        {"-(u|-user)[ \t=]+[^ \t:]+:([^ \t]+)", 2, Letters::as_written},
        // Headers, of which the rest of the line is the secret.
        {"(authorization|cookie)" + joint + R"re([\"']*([^"'\]+))re", 2, any},
    };
}

std::vector<BuiltIn> addresses() {
    const Letters written = Letters::as_written;
    return {
        // user:password@host
        {R"re(://[^][/@: 	"'<>]*:([^/ 	"'<>]+)@)re", 1, written},
        {R"re([?&](sig|signature|x-amz-signature|code|key)=([^& 	"'<>]+))re",
         2, Letters::any_case},
        // Hooks, whose path is the secret.
        {"/open-apis/bot/(v2/)?hook/([A-Za-z0-9_-]+)", 2, written},
        {R"(hooks\.slack\.com/services/([A-Za-z0-9/_-]+))", 1, written},
        {"/api/webhooks/([0-9]+/[A-Za-z0-9_-]+)", 1, written},
        {R"(hc-ping\.com/([A-Za-z0-9/_-]+))", 1, written},
    };
}

// That say by their beginning what they are.
std::vector<BuiltIn> tokens() {
    const Letters written = Letters::as_written;
    return {
        {"bearer[ \t]+([a-z0-9._~+/=-]{16,})", 1, Letters::any_case},
        // Lark's: of a tenant, an app, a person, and to refresh one.
        {"(^|[^A-Za-z0-9_-])"
         "((t|a|u|ur)-[A-Za-z0-9_.]{16,}[A-Za-z0-9_.-]*)",
         2, written},
        // JSON web tokens
        {R"(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)", 0,
         written},
        // OpenAI, Stripe, npm, Google
        {"(^|[^A-Za-z0-9_-])"
         "((sk-|[rs]k_live_|npm_|AIza)[A-Za-z0-9_-]{20,})",
         2, written},
        // Amazon, GitHub, GitLab, Slack
        {"(AKIA|ASIA)[A-Z0-9]{16}", 0, written},
        {"(gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-)[A-Za-z0-9_-]{16,}", 0,
         written},
    };
}

constexpr std::string_view k_key_begin = "-----BEGIN ";
constexpr std::string_view k_key_end = "-----END ";
constexpr std::string_view k_key_kind = "PRIVATE KEY";

// A line of that beginning that speaks of a private key.
std::size_t find_key_line(const std::string& text, std::string_view beginning,
                          std::size_t from) {
    for (auto at = text.find(beginning, from); at != text.npos;
         at = text.find(beginning, at + 1)) {
        const auto line = text.substr(at, text.find('\n', at) - at);
        if (line.find(k_key_kind) != line.npos) {
            return at;
        }
    }
    return text.npos;
}

// PEM (RFC 7468), of which either end may be missing.
std::string without_private_keys(std::string text) {
    for (std::size_t from = 0;;) {
        const auto begin = find_key_line(text, k_key_begin, from);
        const auto end = find_key_line(text, k_key_end, from);
        if (begin == text.npos && end == text.npos) {
            return text;
        }
        const auto first = begin < end ? begin : from;
        const auto line = end == text.npos ? text.npos : text.find('\n', end);
        text.replace(first, line == text.npos ? line : line - first, k_veil);
        from = first + k_veil.size();
    }
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& patterns) {
    for (const auto& family : {named_values(), addresses(), tokens()}) {
        for (const BuiltIn& one : family) {
            m_expressions.emplace_back(one.pattern, one.letters, one.group);
        }
    }
    for (const std::string& pattern : patterns) {
        m_expressions.emplace_back(pattern);
    }
}

std::string Redactor::redacted(const std::string& text) const {
    std::string result = without_private_keys(text);
    for (const Expression& expression : m_expressions) {
        result = expression.replaced(result, k_veil);
    }
    return result;
}

std::optional<std::string> check_redaction(const std::string& value) {
    try {
        const Expression expression{value};
        return std::nullopt;
    } catch (const errors::Error& error) {
        return fmt::format("must be a pattern as for grep -E: {}",
                           error.what());
    }
}

}  // namespace lark_batch::lark_run
