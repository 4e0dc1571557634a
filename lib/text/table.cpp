#include "lib/text/table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/text/strings.hpp"

namespace lark_batch::text {

namespace {

// Decodes one UTF-8 character; a stray byte counts as itself.
char32_t next_character(std::string_view text, std::size_t& at) {
    std::size_t more = utf8_length(text.substr(at));
    more = more == 0 ? 0 : more - 1;
    const auto lead = static_cast<unsigned char>(text[at++]);
    char32_t character = more == 0 ? lead : lead & (0x3fU >> more);
    for (; more > 0; --more) {
        character = (character << 6U) |
                    (static_cast<unsigned char>(text[at++]) & 0x3fU);
    }
    return character;
}

struct Range {
    char32_t first;
    char32_t last;
};

// What terminals draw two columns wide: Unicode's East Asian Width W and F,
// one by one among the symbols, else by whole blocks.
constexpr std::array k_wide{
    Range{0x1100, 0x115f},   Range{0x231a, 0x231b},   Range{0x23e9, 0x23ec},
    Range{0x23f0, 0x23f0},   Range{0x23f3, 0x23f3},   Range{0x25fd, 0x25fe},
    Range{0x2614, 0x2615},   Range{0x2648, 0x2653},   Range{0x26a1, 0x26a1},
    Range{0x26aa, 0x26ab},   Range{0x26d4, 0x26d4},   Range{0x2705, 0x2705},
    Range{0x270a, 0x270b},   Range{0x2728, 0x2728},   Range{0x274c, 0x274c},
    Range{0x274e, 0x274e},   Range{0x2753, 0x2755},   Range{0x2757, 0x2757},
    Range{0x2795, 0x2797},   Range{0x2b50, 0x2b50},   Range{0x2b55, 0x2b55},
    Range{0x2e80, 0xa4cf},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
    Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},
    Range{0x1f300, 0x1faff}, Range{0x20000, 0x3fffd},
};

std::size_t width_of(char32_t c) {
    const bool combining = (c >= 0x300 && c <= 0x36f) ||
                           (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200d;
    if (combining) {
        return 0;
    }
    const bool wide =
        std::any_of(k_wide.begin(), k_wide.end(), [c](const Range& range) {
            return c >= range.first && c <= range.last;
        });
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
