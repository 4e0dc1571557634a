#include "lib/metrics/label_parser.hpp"

#include <fmt/format.h>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : m_rest(text) {}

    Labels object() {
        Labels labels;
        expect('{');
        if (!take('}')) {
            do {
                auto name = string();
                expect(':');
                labels.emplace_back(std::move(name), string());
            } while (take(','));
            expect('}');
        }
        skip_blanks();
        require(m_rest.empty());
        return labels;
    }

private:
    static void require(bool condition) {
        if (!condition) {
            throw errors::Error{errors::Kind::config,
                                "stored labels are not an object of strings"};
        }
    }

    void skip_blanks() {
        while (!m_rest.empty() && m_rest.front() == ' ') {
            m_rest.remove_prefix(1);
        }
    }

    bool take(char wanted) {
        skip_blanks();
        const bool there = !m_rest.empty() && m_rest.front() == wanted;
        m_rest.remove_prefix(there ? 1 : 0);
        return there;
    }

    void expect(char wanted) { require(take(wanted)); }

    char next() {
        require(!m_rest.empty());
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        return c;
    }

    std::string string() {
        expect('"');
        std::string text;
        for (char c = next(); c != '"'; c = next()) {
            // Labels hold no control characters, so these two are all that
            // both we and PostgreSQL ever escape.
            if (c == '\\') {
                c = next();
                require(c == '"' || c == '\\');
            }
            text += c;
        }
        return text;
    }

    std::string_view m_rest;
};

}  // namespace

Labels parse_string_object(std::string_view text) {
    return Parser{text}.object();
}

}  // namespace lark_batch::metrics
