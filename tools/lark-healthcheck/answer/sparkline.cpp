#include "tools/lark-healthcheck/answer/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace lark_batch::healthcheck {

namespace {

constexpr std::array<std::string_view, 8> k_bars{"▁", "▂", "▃", "▄",
                                                 "▅", "▆", "▇", "█"};

struct Scale {
    double least = 0;
    double most = 0;
    bool any = false;

    void take(double value) {
        least = any ? std::min(least, value) : value;
        most = any ? std::max(most, value) : value;
        any = true;
    }
    std::string_view bar(double value) const {
        // Else noise would look like a mountain range.
        const double span = std::max(most - least, most / 10);
        const double part = span > 0 ? (value - least) / span : 0;
        const auto top = static_cast<double>(k_bars.size() - 1);
        return k_bars[static_cast<std::size_t>(std::lround(part * top))];
    }
};

}  // namespace

std::string sparkline(std::span<const std::optional<double>> values) {
    Scale scale;
    for (const auto& value : values) {
        if (value) {
            scale.take(*value);
        }
    }
    std::string text;
    for (const auto& value : values) {
        text += value ? scale.bar(*value) : "×";
    }
    return text;
}

}  // namespace lark_batch::healthcheck
