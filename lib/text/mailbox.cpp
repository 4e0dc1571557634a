#include "lib/text/mailbox.hpp"

#include "lib/text/strings.hpp"

namespace lark_batch::text {

Mailbox parse_mailbox(const std::string& text) {
    const auto open = text.rfind('<');
    if (open == text.npos || !text.ends_with('>')) {
        return {"", text};
    }
    std::string_view name = trim(std::string_view{text}.substr(0, open));
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
        name = name.substr(1, name.size() - 2);
    }
    return {std::string{name}, text.substr(open + 1, text.size() - open - 2)};
}

}  // namespace lark_batch::text
