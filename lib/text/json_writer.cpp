#include "lib/text/json_writer.hpp"

#include "lib/text/strings.hpp"

#include <fmt/format.h>

#include <cmath>

namespace lark_batch::text {

namespace {

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\r':
            out += "\\r";
            return;
        default:
            break;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
        out += c;
    }
}

}  // namespace

std::string json_quote(std::string_view value) {
    std::string quoted = "\"";
    quoted.reserve(value.size() + 2);
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t length = utf8_length(value.substr(at));
        if (length == 0) {
            quoted += "\\ufffd";
        } else if (length == 1) {
            append_escaped(quoted, value[at]);
        } else {
            quoted += value.substr(at, length);
        }
        at += length == 0 ? 1 : length;
    }
    quoted += '"';
    return quoted;
}

void JsonWriter::separate() {
    if (m_after_key) {
        m_after_key = false;
        return;
    }
    if (!m_first.back()) {
        m_text += ',';
    }
    m_first.back() = false;
}

JsonWriter& JsonWriter::begin_object() {
    separate();
    m_text += '{';
    m_first.push_back(true);
    return *this;
}

JsonWriter& JsonWriter::end_object() {
    m_text += '}';
    m_first.pop_back();
    return *this;
}

JsonWriter& JsonWriter::begin_array() {
    separate();
    m_text += '[';
    m_first.push_back(true);
    return *this;
}

JsonWriter& JsonWriter::end_array() {
    m_text += ']';
    m_first.pop_back();
    return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    m_text += json_quote(name);
    m_text += ':';
    m_after_key = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    return raw(json_quote(text));
}

JsonWriter& JsonWriter::value(const char* text) {
    return value(std::string_view{text});
}

JsonWriter& JsonWriter::value(bool flag) {
    return raw(flag ? "true" : "false");
}

JsonWriter& JsonWriter::value(double number) {
    return std::isfinite(number) ? raw(fmt::format("{}", number)) : null();
}

JsonWriter& JsonWriter::null() {
    return raw("null");
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    separate();
    m_text += json;
    return *this;
}

}  // namespace lark_batch::text
