#include "lib/text/quantity.hpp"

#include <array>
#include <limits>
#include <span>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::text {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// The largest unit first.
constexpr std::array k_durations{
    Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
    Unit{"s", 1'000},      Unit{"ms", 1},
};
constexpr std::array k_sizes{
    Unit{"TiB", 1ULL << 40U},
    Unit{"GiB", 1ULL << 30U},
    Unit{"MiB", 1ULL << 20U},
    Unit{"KiB", 1ULL << 10U},
    Unit{"TB", 1'000'000'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"MB", 1'000'000},
    Unit{"KB", 1'000},
    Unit{"B", 1},
};

struct Parts {
    std::string_view digits;
    std::string_view unit;
};

Parts take_apart(std::string_view value) {
    const std::string_view whole = trim(value);
    const auto end = whole.find_first_not_of("0123456789");
    if (end == std::string_view::npos) {
        return {whole, {}};
    }
    return {whole.substr(0, end), trim(whole.substr(end))};
}

std::uint64_t parse(std::string_view value, std::span<const Unit> units,
                    std::string_view bare_unit, std::string_view what,
                    std::string_view examples) {
    const Parts parts = take_apart(value);
    const auto number = parse_integer(parts.digits);
    const std::string_view name = parts.unit.empty() ? bare_unit : parts.unit;
    constexpr auto largest =
        static_cast<std::uint64_t>(std::numeric_limits<long long>::max());
    for (const Unit& unit : units) {
        if (number && unit.name == name &&
            static_cast<std::uint64_t>(*number) <= largest / unit.factor) {
            return static_cast<std::uint64_t>(*number) * unit.factor;
        }
    }
    throw errors::Error{
        errors::Kind::config,
        "'" + excerpt(value, 40) + "' is not a " + std::string{what},
        "write it like " + std::string{examples}};
}

std::string format(std::uint64_t value, std::span<const Unit> units) {
    std::string shortest;
    for (const Unit& unit : units) {
        const std::string text =
            std::to_string(value / unit.factor) + std::string{unit.name};
        if (value % unit.factor == 0 &&
            (shortest.empty() || text.size() < shortest.size())) {
            shortest = text;
        }
    }
    return value == 0 ? "0" : shortest;
}

}  // namespace

Milliseconds parse_duration(std::string_view value) {
    const bool zero = trim(value) == "0";
    return Milliseconds{
        static_cast<long long>(parse(value, k_durations, zero ? "ms" : "",
                                     "duration", R"("90s", "15m" or "7d")"))};
}

std::string format_duration(Milliseconds value) {
    return format(static_cast<std::uint64_t>(value.count()), k_durations);
}

std::uint64_t parse_size(std::string_view value) {
    return parse(value, k_sizes, "B", "size", R"("30KiB" or "4MiB")");
}

std::string format_size(std::uint64_t bytes) {
    return format(bytes, k_sizes);
}

}  // namespace lark_batch::text
