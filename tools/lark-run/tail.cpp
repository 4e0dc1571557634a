#include "tools/lark-run/tail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/text/strings.hpp"
#include "tools/lark-run/plain_text.hpp"

namespace lark_batch::lark_run {

namespace {

// Longer than any secret: one that begins before what is kept is met whole.
constexpr std::size_t k_before = 16u << 10;

// Behind the first line end, or nothing where there is none.
std::string without_first_line(const std::string& text) {
    const auto end = text.find('\n');
    return end == text.npos ? "" : text.substr(end + 1);
}

std::string last_lines(const std::string& text, std::size_t keep) {
    if (text.size() <= keep) {
        return text;
    }
    // With the byte before, which may be the end of a line.
    const std::string end = text.substr(text.size() - keep - 1);
    std::string lines = without_first_line(end);
    if (!lines.empty()) {
        return lines;
    }
    std::size_t begin = 1;
    while (begin < end.size() &&
           text::utf8_length(std::string_view{end}.substr(begin)) == 0) {
        ++begin;
    }
    return end.substr(begin);
}

}  // namespace

std::size_t Tail::window() const {
    return m_keep + k_before;
}

void Tail::add(std::string_view bytes) {
    m_total += bytes.size();
    if (m_keep == 0) {
        return;
    }
    if (bytes.size() >= window()) {
        m_bytes = bytes.substr(bytes.size() - window());
        return;
    }
    m_bytes += bytes;
    if (m_bytes.size() > window() * 2) {
        m_bytes.erase(0, m_bytes.size() - window());
    }
}

std::string Tail::text(const Redactor& redactor) const {
    if (m_bytes.empty()) {
        return {};
    }
    const auto kept = std::min(m_bytes.size(), window());
    std::string plain =
        plain_text(std::string_view{m_bytes}.substr(m_bytes.size() - kept));
    if (m_total > kept) {
        plain = without_first_line(plain);
        if (plain.empty()) {
            return fmt::format("[a line of more than {} bytes]", kept);
        }
    }
    const std::string lines = last_lines(redactor.redacted(plain), m_keep);
    return lines.substr(0, lines.find_last_not_of(" \t\n") + 1);
}

}  // namespace lark_batch::lark_run
