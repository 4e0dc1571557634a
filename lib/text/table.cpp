#include "lib/text/table.hpp"

#include <algorithm>
#include <utility>

namespace lark_batch::text {

namespace {

// Decodes one UTF-8 character; a stray byte counts as itself.
char32_t next_character(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    int more = 0;
    if (lead >= 0xf0) {
        more = 3;
    } else if (lead >= 0xe0) {
        more = 2;
    } else if (lead >= 0xc0) {
        more = 1;
    }
    char32_t character = more == 0 ? lead : lead & (0x3fU >> more);
    for (; more > 0 && at < text.size(); --more) {
        character = (character << 6U) |
                    (static_cast<unsigned char>(text[at++]) & 0x3fU);
    }
    return character;
}

// The blocks that terminals draw two columns wide (Unicode's East Asian Width
// W and F, by whole blocks), and those of no width at all.
std::size_t width_of(char32_t c) {
    const bool combining = (c >= 0x300 && c <= 0x36f) ||
                           (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200d;
    if (combining) {
        return 0;
    }
    const bool wide =
        (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
        (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
        (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
        (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        width += width_of(next_character(utf8, at));
    }
    return width;
}

Table& Table::column(std::string heading, Align align) {
    m_columns.push_back({std::move(heading), align});
    return *this;
}

Table& Table::row(std::vector<std::string> cells) {
    cells.resize(m_columns.size());
    m_rows.push_back(std::move(cells));
    return *this;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) const {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string padding(widths[i] - display_width(cells[i]), ' ');
        const bool right = m_columns[i].align == Align::right;
        text += i == 0 ? "" : "  ";
        text += right ? padding + cells[i] : cells[i] + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
}

std::string Table::str() const {
    if (m_rows.empty()) {
        return {};
    }
    std::vector<std::string> headings;
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        headings.push_back(m_columns[i].heading);
        widths.push_back(display_width(m_columns[i].heading));
        for (const auto& cells : m_rows) {
            widths[i] = std::max(widths[i], display_width(cells[i]));
        }
    }
    std::string text = line(headings, widths);
    for (const auto& cells : m_rows) {
        text += line(cells, widths);
    }
    return text;
}

}  // namespace lark_batch::text
