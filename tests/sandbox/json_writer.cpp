#include "tests/sandbox/json_writer.hpp"

#include <charconv>

#include "tests/sandbox/hashing.hpp"

namespace lark_batch::sandbox {
namespace {

void append_escaped(std::string& out, char c) {
    if (c == '\n') {
        out += "\\n";
    } else if (c == '\t') {
        out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20) {
        out += "\\u00";
        append_hex(out, static_cast<unsigned char>(c), 2);
    } else {
        out += '\\';
        out += c;
    }
}

}  // namespace

void JsonWriter::text(std::string_view value) {
    comma();
    m_out += '"';
    std::size_t plain = 0;
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char c = value[at];
        if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
            m_out.append(value, plain, at - plain);
            append_escaped(m_out, c);
            plain = at + 1;
        }
    }
    m_out.append(value, plain);
    m_out += '"';
}

void JsonWriter::number(std::int64_t value) {
    comma();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    m_out.append(digits, end);
}

}  // namespace lark_batch::sandbox
