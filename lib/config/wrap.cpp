#include "lib/config/wrap.hpp"

#include "lib/text/strings.hpp"

namespace lark_batch::config {

std::string wrap(std::string_view prose, std::string_view indent,
                 std::size_t width) {
    std::string result;
    std::string line;
    const auto flush = [&] {
        if (!line.empty()) {
            result.append(indent).append(line).append("\n");
            line.clear();
        }
    };
    for (const auto& word : text::split(prose, ' ')) {
        if (word.empty()) {
            continue;
        }
        if (indent.size() + line.size() + word.size() + 1 > width) {
            flush();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    flush();
    return result;
}

}  // namespace lark_batch::config
