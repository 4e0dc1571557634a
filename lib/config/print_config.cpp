#include <algorithm>

#include "lib/config/option.hpp"
#include "lib/config/values.hpp"

namespace lark_batch::config {

namespace {

constexpr std::size_t k_remark_column = 44;

std::string secret_text(const Option& option) {
    if (!std::get<text::Secret*>(option.declared().target)->empty()) {
        return "***";
    }
    const auto& source = option.secret_source();
    const bool named = !source.file.empty() || !source.variable.empty();
    return named ? "(not read)" : "(not set)";
}

std::string value_text(const Declaration& declared) {
    if (!declared.veil) {
        return toml_text(declared.target);
    }
    if (const auto* const* text = std::get_if<std::string*>(&declared.target)) {
        std::string shown = (*text)->empty() ? "" : declared.veil(**text);
        return toml_text(&shown);
    }
    Strings shown;
    for (const auto& value : *std::get<Strings*>(declared.target)) {
        shown.push_back(declared.veil(value));
    }
    return toml_text(&shown);
}

std::string line(const Option& option) {
    const auto& declared = option.declared();
    const bool by_hand = declared.places == Places::command_line;
    std::string text =
        (by_hand ? "--" + declared.name : declared.key) + " = " +
        (declared.is_secret() ? secret_text(option) : value_text(declared));
    text.resize(std::max(text.size(), k_remark_column), ' ');
    return text + "  # " + option.origin().str() + "\n";
}

// What only the command line can say is news only when it was said.
std::string lines(const OptionSet& options) {
    std::string text;
    for (const auto& option : options.options()) {
        const auto& declared = option.declared();
        const bool silent = declared.places == Places::command_line &&
                            option.origin().place == Origin::Place::built_in;
        if (!silent && declared.listed && declared.name != "print-config") {
            text += line(option);
        }
    }
    return text;
}

}  // namespace

std::string print_config(const OptionSet& options) {
    std::string text = lines(options);
    for (const auto& tables : options.tables()) {
        for (const auto& entry : tables.entries) {
            text += "\n[[" + tables.key + "]]\n" + lines(entry);
        }
    }
    return text;
}

}  // namespace lark_batch::config
