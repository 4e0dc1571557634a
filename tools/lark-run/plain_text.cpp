#include "tools/lark-run/plain_text.hpp"

#include <algorithm>

#include "lib/text/strings.hpp"

namespace lark_batch::lark_run {

namespace {

constexpr char k_escape = '\x1b';
constexpr char k_bell = '\a';
constexpr char k_delete = '\x7f';

// Of a control sequence.
bool is_final(char c) {
    return c >= '@' && c <= '~';
}

bool is_intermediate(char c) {
    return c >= ' ' && c <= '/';
}

// The length of the sequence that begins with an escape: ECMA-48, and xterm's
// strings, which a bell or an escape ends.
std::size_t sequence_length(std::string_view text) {
    if (text.size() < 2) {
        return text.size();
    }
    std::size_t at = 2;
    if (text[1] == '[') {
        while (at < text.size() && !is_final(text[at])) {
            ++at;
        }
        return std::min(at + 1, text.size());
    }
    if (text[1] == ']') {
        while (at < text.size() && text[at] != k_bell && text[at] != k_escape &&
               text[at] != '\n') {
            ++at;
        }
        return at < text.size() && text[at] == k_bell ? at + 1 : at;
    }
    for (at = 1; at < text.size() && is_intermediate(text[at]);) {
        ++at;
    }
    return std::min(at + 1, text.size());
}

void begin_line_again(std::string& plain) {
    const auto end = plain.rfind('\n');
    plain.erase(end == plain.npos ? 0 : end + 1);
}

// Returns how many bytes it took.
std::size_t take_character(std::string_view text, std::string& plain) {
    const char first = text.front();
    if (first == k_escape) {
        return sequence_length(text);
    }
    if (first == '\r') {
        if (!text.starts_with("\r\n") && text.size() > 1) {
            begin_line_again(plain);
        }
        return 1;
    }
    const bool control = (first >= 0 && first < ' ') || first == k_delete;
    if (control) {
        plain += first == '\n' || first == '\t' ? first : ' ';
        return 1;
    }
    const std::size_t length = text::utf8_length(text);
    plain += length == 0 ? "?" : text.substr(0, length);
    return std::max<std::size_t>(length, 1);
}

}  // namespace

std::string plain_text(std::string_view bytes) {
    std::string plain;
    plain.reserve(bytes.size());
    while (!bytes.empty()) {
        bytes.remove_prefix(take_character(bytes, plain));
    }
    return plain;
}

}  // namespace lark_batch::lark_run
