#include "lib/config/toml_file.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <tuple>

#include "lib/config/problems.hpp"

// Compiled into this file instead of linked: the shared library would cost
// every program its relocations at start.
#define TOML_IMPLEMENTATION
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace lark_batch::config {

namespace {

FileNode convert(const toml::node& node);

void by_place(std::vector<FileNode>& members) {
    std::sort(members.begin(), members.end(),
              [](const FileNode& a, const FileNode& b) {
                  return std::tie(a.key_line, a.key_column) <
                         std::tie(b.key_line, b.key_column);
              });
}

void fill_table(FileNode& result, const toml::table& table) {
    result.kind = FileNode::Kind::table;
    for (const auto& [key, value] : table) {
        FileNode member = convert(value);
        member.key = std::string{key.str()};
        member.key_line = key.source().begin.line;
        member.key_column = key.source().begin.column;
        result.children.push_back(std::move(member));
    }
    by_place(result.children);
}

void fill_list(FileNode& result, const toml::array& list) {
    result.kind = FileNode::Kind::list;
    for (const auto& item : list) {
        result.children.push_back(convert(item));
    }
}

std::string shortest(double number) {
    std::string buffer(32, '\0');
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    buffer.resize(static_cast<std::size_t>(end.ptr - buffer.data()));
    return buffer;
}

void fill_scalar(FileNode& result, const toml::node& node) {
    if (const auto* text = node.as_string()) {
        result.kind = FileNode::Kind::text;
        result.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
        result.kind = FileNode::Kind::integer;
        result.text = std::to_string(integer->get());
    } else if (const auto* number = node.as_floating_point()) {
        result.kind = FileNode::Kind::number;
        result.text = shortest(number->get());
    } else if (const auto* flag = node.as_boolean()) {
        result.kind = FileNode::Kind::flag;
        result.text = flag->get() ? "true" : "false";
    } else {
        result.kind = FileNode::Kind::date;
    }
}

FileNode convert(const toml::node& node) {
    FileNode result;
    result.line = node.source().begin.line;
    result.column = node.source().begin.column;
    if (const auto* table = node.as_table()) {
        fill_table(result, *table);
    } else if (const auto* list = node.as_array()) {
        fill_list(result, *list);
    } else {
        fill_scalar(result, node);
    }
    return result;
}

// toml++ quotes what it met, which may be a part of a secret written at the
// wrong place. What it says of keys and tables is safe and useful.
std::string safe(std::string_view description) {
    const auto seen = description.find(", saw ");
    description = description.substr(0, seen);
    const bool redefined = description.find("redefine") != description.npos;
    const auto quote = redefined ? description.npos : description.find('\'');
    description = description.substr(0, quote);
    // What the cut left hanging.
    if (description.ends_with("expected ")) {
        description.remove_suffix(9);
    }
    while (description.ends_with(' ') || description.ends_with(':')) {
        description.remove_suffix(1);
    }
    std::string message{description};
    if (message.starts_with("Error while")) {
        message[0] = 'e';
    }
    return message;
}

}  // namespace

std::string FileNode::kind_name() const {
    switch (kind) {
        case Kind::text:
            return "a string";
        case Kind::integer:
            return "an integer";
        case Kind::number:
            return "a number with a fraction";
        case Kind::flag:
            return "true or false";
        case Kind::list:
            return "an array";
        case Kind::table:
            return "a table";
        case Kind::date:
            break;
    }
    return "a date or time";
}

FileNode parse_toml(const std::string& content, const std::string& file) {
    const toml::parse_result result =
        toml::parse(std::string_view{content}, std::string_view{file});
    if (!result) {
        const auto& place = result.error().source().begin;
        throw Problems{{Problem{file,
                                place.line,
                                place.column,
                                safe(result.error().description()),
                                {},
                                errors::Kind::config}}};
    }
    return convert(result.table());
}

}  // namespace lark_batch::config
