#include "lib/db/text_array.hpp"

namespace lark_batch::db {

std::string text_array(const std::vector<std::string>& values) {
    std::string literal = "{";
    for (const std::string& value : values) {
        literal += literal.size() > 1 ? ",\"" : "\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') {
                literal += '\\';
            }
            literal += c;
        }
        literal += '"';
    }
    return literal + "}";
}

std::vector<std::string> text_array_of(const pqxx::field& field) {
    std::vector<std::string> values;
    pqxx::array_parser parser = field.as_array();
    for (;;) {
        auto [kind, text] = parser.get_next();
        if (kind == pqxx::array_parser::done) {
            return values;
        }
        if (kind == pqxx::array_parser::string_value) {
            values.push_back(std::move(text));
        }
    }
}

}  // namespace lark_batch::db
