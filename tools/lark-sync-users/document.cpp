#include "tools/lark-sync-users/document.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "lib/text/hash.hpp"

namespace lark_batch::sync_users {

namespace {

namespace dom = simdjson::dom;

// Tags keep values of different types apart: 1, "1", true, null, [] and {}.
enum class Tag : std::uint64_t {
    text = 1,
    integer,
    real,
    boolean,
    null,
    list,
    set,
    object,
    large,  // beyond int64
};

// splitmix64's finaliser: spreads every bit, so that sums do not cancel out.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

std::uint64_t tagged(Tag tag, std::uint64_t value) {
    return mix(value + static_cast<std::uint64_t>(tag) * 0x9e3779b97f4a7c15ULL);
}

// Lists that Lark may order as it likes.
bool is_unordered(std::string_view key) {
    return key == "department_ids" || key == "orders";
}

std::uint64_t hash_of(dom::element value, std::string_view key);

std::uint64_t hash_of(dom::array values, std::string_view key) {
    const bool unordered = is_unordered(key);
    std::uint64_t sum = values.size();
    for (const dom::element value : values) {
        const std::uint64_t hash = hash_of(value, {});
        sum = unordered ? sum + mix(hash) : mix(sum) + hash;
    }
    return tagged(unordered ? Tag::set : Tag::list, sum);
}

// A sum over the members does not depend on their order.
std::uint64_t hash_of(dom::object members) {
    std::uint64_t sum = 0;
    for (const auto [key, value] : members) {
        sum += mix(text::hash64(key) ^ mix(hash_of(value, key)));
    }
    return tagged(Tag::object, sum);
}

std::uint64_t hash_of(dom::element value, std::string_view key) {
    switch (value.type()) {
        case dom::element_type::STRING:
            return tagged(Tag::text, text::hash64(std::string_view{value}));
        case dom::element_type::INT64:
            return tagged(Tag::integer,
                          static_cast<std::uint64_t>(std::int64_t{value}));
        case dom::element_type::UINT64:
            return tagged(Tag::large, std::uint64_t{value});
        case dom::element_type::DOUBLE:
            return tagged(Tag::real,
                          text::hash64(fmt::format("{}", double{value})));
        case dom::element_type::BOOL:
            return tagged(Tag::boolean, bool{value} ? 1 : 0);
        case dom::element_type::ARRAY:
            return hash_of(dom::array{value}, key);
        case dom::element_type::OBJECT:
            return hash_of(dom::object{value});
        case dom::element_type::NULL_VALUE:
            break;
    }
    return tagged(Tag::null, 0);
}

// JSON's escapes, their backslashes doubled for COPY.
void append_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        out.append(text.substr(start, at - start));
        start = at + 1;
        if (c == '"') {
            out += R"(\\")";
        } else if (c == '\\') {
            out += R"(\\\\)";
        } else {
            fmt::format_to(std::back_inserter(out), "\\\\u{:04x}",
                           byte == 0 ? 0xfffd : byte);
        }
    }
    out.append(text.substr(start));
    out += '"';
}

void append_value(std::string& out, dom::element value);

void append_array(std::string& out, dom::array values) {
    char before = '[';
    for (const dom::element value : values) {
        out += before;
        before = ',';
        append_value(out, value);
    }
    out += before == '[' ? "[]" : "]";
}

void append_object(std::string& out, dom::object members) {
    char before = '{';
    for (const auto [key, value] : members) {
        out += before;
        before = ',';
        append_string(out, key);
        out += ':';
        append_value(out, value);
    }
    out += before == '{' ? "{}" : "}";
}

void append_value(std::string& out, dom::element value) {
    switch (value.type()) {
        case dom::element_type::STRING:
            return append_string(out, std::string_view{value});
        case dom::element_type::ARRAY:
            return append_array(out, dom::array{value});
        case dom::element_type::OBJECT:
            return append_object(out, dom::object{value});
        case dom::element_type::BOOL:
            out += bool{value} ? "true" : "false";
            return;
        case dom::element_type::INT64:
            fmt::format_to(std::back_inserter(out), "{}", std::int64_t{value});
            return;
        case dom::element_type::UINT64:
            fmt::format_to(std::back_inserter(out), "{}", std::uint64_t{value});
            return;
        case dom::element_type::DOUBLE:
            fmt::format_to(std::back_inserter(out), "{}", double{value});
            return;
        case dom::element_type::NULL_VALUE:
            break;
    }
    out += "null";
}

}  // namespace

std::int64_t fingerprint(dom::object document) {
    std::uint64_t sum = 0;
    for (const auto [key, value] : document) {
        if (key != "avatar") {
            sum += mix(text::hash64(key) ^ mix(hash_of(value, key)));
        }
    }
    return static_cast<std::int64_t>(tagged(Tag::object, sum));
}

void append_copy_json(std::string& out, dom::object document) {
    append_object(out, document);
}

}  // namespace lark_batch::sync_users
