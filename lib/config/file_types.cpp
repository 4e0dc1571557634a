#include "lib/config/file_types.hpp"

#include <algorithm>

namespace lark_batch::config {

namespace {

using Kind = FileNode::Kind;

std::string expectation(const Declaration& declared) {
    struct Word {
        std::string operator()(const bool*) const { return "true or false"; }
        std::string operator()(const std::string*) const { return "a string"; }
        std::string operator()(const long long*) const { return "an integer"; }
        std::string operator()(const double*) const { return "a number"; }
        std::string operator()(const text::Milliseconds*) const {
            return "a duration such as \"90s\"";
        }
        std::string operator()(const std::uint64_t*) const {
            return "a size such as \"30KiB\"";
        }
        std::string operator()(const Strings*) const {
            return "an array of strings";
        }
        std::string operator()(const text::Secret*) const { return "a string"; }
    };
    return std::visit(Word{}, declared.target);
}

}  // namespace

std::string misfit(const Declaration& declared, const FileNode& node) {
    const std::string expected = expectation(declared);
    if (!declared.is_list() || node.kind != Kind::list) {
        return expected + ", not " + node.kind_name();
    }
    const auto wrong = std::find_if(
        node.children.begin(), node.children.end(),
        [](const FileNode& item) { return item.kind != Kind::text; });
    return expected + ", but holds " + wrong->kind_name();
}

bool fits(const Declaration& declared, const FileNode& node) {
    struct Fit {
        const FileNode& node;
        bool is(Kind kind) const { return node.kind == kind; }
        bool operator()(const bool*) const { return is(Kind::flag); }
        bool operator()(const long long*) const { return is(Kind::integer); }
        bool operator()(const double*) const {
            return is(Kind::number) || is(Kind::integer);
        }
        bool operator()(const std::uint64_t*) const {
            return is(Kind::text) || is(Kind::integer);
        }
        bool operator()(const Strings*) const {
            const auto& items = node.children;
            return is(Kind::list) &&
                   std::all_of(items.begin(), items.end(),
                               [](const FileNode& item) {
                                   return item.kind == Kind::text;
                               });
        }
        bool operator()(const void*) const { return is(Kind::text); }
    };
    return std::visit(Fit{node}, declared.target);
}

Strings values_of(const FileNode& node) {
    if (node.kind != Kind::list) {
        return {node.text};
    }
    Strings values;
    for (const auto& item : node.children) {
        values.push_back(item.text);
    }
    return values;
}

}  // namespace lark_batch::config
