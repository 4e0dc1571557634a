#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::sandbox {

// The top level of a request body, JSON or form. Nested values are kept as
// JSON text, so that only body.cpp pays for the JSON library.
class Body {
public:
    // Nothing when the text is no JSON object and no form.
    static std::optional<Body> parse(std::string_view content_type,
                                     std::string_view text);

    // Null unless the member exists and is a string.
    [[nodiscard]] const std::string* text(std::string_view name) const;
    // Empty unless the member exists and is a string.
    [[nodiscard]] std::string text_or_empty(std::string_view name) const;
    // The JSON text of any member, a string without its quotes.
    [[nodiscard]] const std::string* any(std::string_view name) const;

private:
    struct Member {
        std::string name;
        std::string value;
        bool is_text;
    };

    std::vector<Member> m_members;
};

bool is_json(std::string_view text);

}  // namespace lark_batch::sandbox
