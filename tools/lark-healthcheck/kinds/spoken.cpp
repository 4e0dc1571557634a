#include "tools/lark-healthcheck/kinds/spoken.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace lark_batch::healthcheck {

std::string spoken_age(double seconds) {
    const double size = std::abs(seconds);
    if (size < 90) {
        return fmt::format("{:.0f}s", seconds);
    }
    if (size < 90 * 60) {
        return fmt::format("{:.0f}m", seconds / 60);
    }
    return size < 48 * 3600 ? fmt::format("{:.0f}h", seconds / 3600)
                            : fmt::format("{:.0f}d", seconds / 86'400);
}

std::string spoken_size(double bytes) {
    constexpr std::array k_units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    while (std::abs(bytes) >= 1024 && unit + 1 < k_units.size()) {
        bytes /= 1024;
        ++unit;
    }
    return unit == 0 ? fmt::format("{:.0f} B", bytes)
                     : fmt::format("{:.1f} {}", bytes, k_units[unit]);
}

}  // namespace lark_batch::healthcheck
