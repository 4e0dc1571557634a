#include "lib/config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

using Complaint = Option::Complaint;
using Verdict = std::optional<Complaint>;

Complaint wrong(const std::string& expected, const std::string& value) {
    return {"must be " + expected + ", not '" + text::excerpt(value, 80) + "'",
            {}};
}

std::string limit_text(const Target& target, long long limit) {
    if (std::holds_alternative<text::Milliseconds*>(target)) {
        return text::format_duration(text::Milliseconds{limit});
    }
    return std::to_string(limit);
}

Verdict check_range(const Declaration& declared, long long number,
                    const std::string& value) {
    const auto& range = declared.range;
    if (!range || (number >= range->first && number <= range->second)) {
        return {};
    }
    return wrong("between " + limit_text(declared.target, range->first) +
                     " and " + limit_text(declared.target, range->second),
                 value);
}

Verdict check_text(const Declaration& declared, const std::string& value) {
    const auto& choices = declared.choices;
    if (!choices.empty() &&
        std::find(choices.begin(), choices.end(), value) == choices.end()) {
        auto complaint = wrong("one of " + text::join(choices, ", "), value);
        if (const auto near = text::nearest(value, choices)) {
            complaint.hint = "did you mean '" + *near + "'?";
        }
        return complaint;
    }
    if (declared.check) {
        if (auto message = declared.check(value)) {
            return Complaint{std::move(*message), {}};
        }
    }
    return {};
}

Verdict parse(const Declaration&, const std::string& value, bool& target) {
    if (value == "true" || value == "1") {
        target = true;
    } else if (value == "false" || value == "0") {
        target = false;
    } else {
        return wrong("true or false", value);
    }
    return {};
}

Verdict parse(const Declaration& declared, const std::string& value,
              std::string& target) {
    auto verdict = check_text(declared, value);
    if (!verdict) {
        target = value;
    }
    return verdict;
}

Verdict parse(const Declaration& declared, const std::string& value,
              long long& target) {
    const auto number = text::parse_integer(value);
    if (!number) {
        return wrong("a whole number", value);
    }
    auto verdict = check_range(declared, *number, value);
    if (!verdict) {
        target = *number;
    }
    return verdict;
}

Verdict parse(const Declaration& declared, const std::string& value,
              double& target) {
    double number = 0;
    const char* end = value.data() + value.size();
    const auto [stop, fault] = std::from_chars(value.data(), end, number);
    // Infinities and NaN parse, but no setting of ours means them.
    if (fault != std::errc{} || stop != end || !(number - number == 0)) {
        return wrong("a number", value);
    }
    const auto& range = declared.range;
    if (range && (number < static_cast<double>(range->first) ||
                  number > static_cast<double>(range->second))) {
        return wrong("between " + std::to_string(range->first) + " and " +
                         std::to_string(range->second),
                     value);
    }
    target = number;
    return {};
}

Verdict parse(const Declaration& declared, const std::string& value,
              text::Milliseconds& target) {
    text::Milliseconds duration{};
    try {
        duration = text::parse_duration(value);
    } catch (const errors::Error&) {
        return wrong("a duration such as 90s, 15m or 7d", value);
    }
    auto verdict = check_range(declared, duration.count(), value);
    if (!verdict) {
        target = duration;
    }
    return verdict;
}

Verdict parse(const Declaration& declared, const std::string& value,
              std::uint64_t& target) {
    std::uint64_t size = 0;
    try {
        size = text::parse_size(value);
    } catch (const errors::Error&) {
        return wrong("a size such as 512B, 30KiB or 4MiB", value);
    }
    auto verdict = check_range(declared, static_cast<long long>(size), value);
    if (!verdict) {
        target = size;
    }
    return verdict;
}

Verdict set_list(const Declaration& declared, const Strings& values) {
    for (const auto& value : values) {
        if (auto verdict = check_text(declared, value)) {
            return verdict;
        }
    }
    *std::get<Strings*>(declared.target) = values;
    return {};
}

std::string number_text(double number) {
    std::array<char, 32> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), end.ptr};
}

struct Plain {
    std::string operator()(const bool* flag) const {
        return *flag ? "true" : "false";
    }
    std::string operator()(const std::string* value) const { return *value; }
    std::string operator()(const long long* number) const {
        return std::to_string(*number);
    }
    std::string operator()(const double* number) const {
        return number_text(*number);
    }
    std::string operator()(const text::Milliseconds* duration) const {
        return text::format_duration(*duration);
    }
    std::string operator()(const std::uint64_t* bytes) const {
        return text::format_size(*bytes);
    }
    std::string operator()(const Strings* values) const {
        return text::join(*values, ",");
    }
    std::string operator()(const text::Secret* secret) const {
        return secret->empty() ? "" : "***";
    }
};

}  // namespace

std::optional<Option::Complaint> set_value(const Declaration& declared,
                                           const Strings& values) {
    if (declared.is_list()) {
        return set_list(declared, values);
    }
    if (values.size() != 1) {
        return Complaint{"must be given only once", {}};
    }
    return std::visit(
        [&](auto* target) -> Verdict {
            if constexpr (requires { parse(declared, values[0], *target); }) {
                return parse(declared, values[0], *target);
            } else {
                return Complaint{"cannot be given in this way", {}};
            }
        },
        declared.target);
}

std::string_view type_name(const Target& target) {
    static constexpr std::array<std::string_view, 8> k_names{
        "flag",     "text", "integer", "number",
        "duration", "size", "list",    "secret"};
    return k_names[target.index()];
}

std::string plain_text(const Target& target) {
    return std::visit(Plain{}, target);
}

std::string toml_text(const Target& target) {
    const auto* const* list = std::get_if<Strings*>(&target);
    if (list == nullptr) {
        return as_toml(target, plain_text(target));
    }
    std::string text;
    for (const auto& value : **list) {
        text += (text.empty() ? "" : ", ") + text::json_quote(value);
    }
    return "[" + text + "]";
}

std::string as_toml(const Target& target, const std::string& plain) {
    if (std::holds_alternative<Strings*>(target)) {
        return "[" + text::json_quote(plain) + "]";
    }
    const bool bare = std::holds_alternative<bool*>(target) ||
                      std::holds_alternative<long long*>(target) ||
                      std::holds_alternative<double*>(target);
    return bare ? plain : text::json_quote(plain);
}

std::string range_text(const Declaration& declared) {
    if (!declared.range) {
        return {};
    }
    return limit_text(declared.target, declared.range->first) + " .. " +
           limit_text(declared.target, declared.range->second);
}

}  // namespace lark_batch::config
