// A plain table for a person at a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::text {

// Columns that a terminal needs for UTF-8 text: CJK and emoji take two.
std::size_t display_width(std::string_view utf8);

enum class Align { left, right };

class Table {
public:
    Table& column(std::string heading, Align align = Align::left);
    Table& row(std::vector<std::string> cells);

    // Lines with two blanks between columns, no trailing blanks, each ended
    // by a newline. Empty without rows.
    std::string str() const;

private:
    struct Column {
        std::string heading;
        Align align;
    };

    std::string line(const std::vector<std::string>& cells,
                     const std::vector<std::size_t>& widths) const;

    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

}  // namespace lark_batch::text
