#include "tools/lark-healthcheck/web/status_words.hpp"

#include <utility>

#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

using Bounds = std::pair<long long, long long>;

std::optional<Bounds> bounds_of(std::string_view words) {
    words = text::trim(words);
    if (words.size() == 3 && words.ends_with("xx")) {
        const long long hundred = (words.front() - '0') * 100LL;
        return Bounds{hundred, hundred + 99};
    }
    const auto dash = words.find('-');
    const auto low = text::parse_integer(words.substr(0, dash));
    const auto high = dash == std::string_view::npos
                          ? low
                          : text::parse_integer(words.substr(dash + 1));
    if (!low || !high) {
        return std::nullopt;
    }
    return Bounds{*low, *high};
}

}  // namespace

bool status_among(int status, std::string_view words) {
    const auto bounds = bounds_of(words);
    return bounds && status >= bounds->first && status <= bounds->second;
}

std::optional<std::string> check_status_words(const std::string& value) {
    const auto bounds = bounds_of(value);
    if (!bounds || bounds->first < 100 || bounds->second > 599 ||
        bounds->first > bounds->second) {
        return "must be like 200, 200-299 or 2xx, not '" +
               text::excerpt(value, 40) + "'";
    }
    return std::nullopt;
}

}  // namespace lark_batch::healthcheck
