#include "tests/sandbox/body.hpp"

#include <nlohmann/json.hpp>

#include "tests/sandbox/exchange.hpp"

namespace lark_batch::sandbox {

std::optional<Body> Body::parse(std::string_view content_type,
                                std::string_view text) {
    Body body;
    // `curl -d` calls everything a form; a brace says what it really is.
    const bool form =
        content_type.find("x-www-form-urlencoded") != content_type.npos;
    if (form && !text.starts_with('{')) {
        for (const Parameter& one : parse_query(text)) {
            body.m_members.push_back({one.name, one.value, true});
        }
        return body;
    }
    const auto tree = nlohmann::json::parse(text, nullptr, false);
    if (!tree.is_object()) {
        return std::nullopt;
    }
    for (const auto& [name, value] : tree.items()) {
        const bool is_text = value.is_string();
        body.m_members.push_back(
            {name, is_text ? value.get<std::string>() : value.dump(), is_text});
    }
    return body;
}

const std::string* Body::text(std::string_view name) const {
    for (const Member& member : m_members) {
        if (member.name == name && member.is_text) {
            return &member.value;
        }
    }
    return nullptr;
}

std::string Body::text_or_empty(std::string_view name) const {
    const std::string* const found = text(name);
    return found == nullptr ? std::string() : *found;
}

const std::string* Body::any(std::string_view name) const {
    for (const Member& member : m_members) {
        if (member.name == name) {
            return &member.value;
        }
    }
    return nullptr;
}

bool is_json(std::string_view text) {
    return nlohmann::json::accept(text);
}

}  // namespace lark_batch::sandbox
