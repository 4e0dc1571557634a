#include <fmt/format.h>

#include "lib/metrics/names.hpp"

namespace lark_batch::metrics {

namespace {

std::string_view type_name(const Family& family) {
    switch (family.type) {
        case Type::counter:
            return "counter";
        case Type::gauge:
            return "gauge";
        case Type::histogram:
            return "histogram";
    }
    return "";
}

std::string label_list(const Family& family) {
    std::string text;
    for (const auto label : family.labels) {
        text += fmt::format("{}`{}`", text.empty() ? "" : ", ", label);
        std::string_view before = " = ";
        for (const auto value : values_of(family, label)) {
            text += fmt::format("{}{}", before, value);
            before = " or ";
        }
    }
    return text;
}

std::string meaning(const Family& family) {
    std::string text{family.help};
    if (!family.bounds.empty()) {
        text += " Buckets:";
        for (const double bound : family.bounds) {
            text += fmt::format(" {}", bound);
        }
        text += ".";
    }
    return text;
}

std::string row(const Family& family) {
    return fmt::format("| `{}` | {}{} | {} | {} |\n", family.name,
                       type_name(family), family.accumulated ? ", total" : "",
                       label_list(family), meaning(family));
}

}  // namespace

std::string reference() {
    std::string text =
        "| name | type | labels | meaning |\n|---|---|---|---|\n";
    for (const auto& family : families()) {
        text += row(family);
    }
    return text;
}

}  // namespace lark_batch::metrics
