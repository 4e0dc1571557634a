#include "lib/notify/escape.hpp"

namespace lark_batch::notify {

namespace {

std::string by_number(std::string_view text, std::string_view marked) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (marked.find(c) == marked.npos) {
            out += c;
        } else {
            out += "&#";
            out += std::to_string(static_cast<unsigned char>(c));
            out += ';';
        }
    }
    return out;
}

}  // namespace

std::string escape_markdown(std::string_view text) {
    return by_number(text, "&<>*_~`[]()#+!|\\$");
}

std::string escape_html(std::string_view text) {
    return by_number(text, "&<>\"'");
}

}  // namespace lark_batch::notify
