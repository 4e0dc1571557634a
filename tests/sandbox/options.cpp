#include "tests/sandbox/options.hpp"

#include <getopt.h>

#include <array>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace lark_batch::sandbox {
namespace {

template <typename Number>
Number number(std::string_view text) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || at != end || value < 0) {
        throw std::invalid_argument("not a number in range: " +
                                    std::string(text));
    }
    return value;
}

std::pair<std::string, std::string> app(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == text.npos || colon == 0) {
        throw std::invalid_argument("--app wants ID:SECRET");
    }
    return {std::string(text.substr(0, colon)),
            std::string(text.substr(colon + 1))};
}

enum Flag : int {
    port = 1,
    users,
    departments,
    seed,
    one_app,
    latency,
    per_second,
    per_minute,
    token_life,
    cache,
    parent,
    no_record,
    help
};

constexpr std::array<::option, 14> k_flags = {
    {{"port", required_argument, nullptr, port},
     {"users", required_argument, nullptr, users},
     {"departments", required_argument, nullptr, departments},
     {"seed", required_argument, nullptr, seed},
     {"app", required_argument, nullptr, one_app},
     {"latency-ms", required_argument, nullptr, latency},
     {"rate-per-second", required_argument, nullptr, per_second},
     {"rate-per-minute", required_argument, nullptr, per_minute},
     {"token-seconds", required_argument, nullptr, token_life},
     {"cache-mb", required_argument, nullptr, cache},
     {"die-with-parent", no_argument, nullptr, parent},
     {"no-record", no_argument, nullptr, no_record},
     {"help", no_argument, nullptr, help},
     {nullptr, 0, nullptr, 0}}};

void apply_company(CompanySize& size, int flag, std::string_view value) {
    switch (flag) {
        case users:
            size.users = number<Index>(value);
            break;
        case departments:
            size.departments = number<Index>(value);
            break;
        default:
            size.seed = number<std::uint64_t>(value);
            break;
    }
}

void apply(Options& options, int flag, std::string_view value) {
    Settings& settings = options.settings;
    switch (flag) {
        case port:
            options.port = number<std::uint16_t>(value);
            break;
        case users:
        case departments:
        case seed:
            apply_company(options.company, flag, value);
            break;
        case one_app:
            options.apps.push_back(app(value));
            break;
        case latency:
            settings.latency_ms = number<int>(value);
            break;
        case per_second:
            settings.rate_per_second = number<int>(value);
            break;
        case per_minute:
            settings.rate_per_minute = number<int>(value);
            break;
        case token_life:
            settings.token_seconds = number<int>(value);
            break;
        case cache:
            options.cache_bytes = number<std::size_t>(value) << 20U;
            break;
        case parent:
            options.die_with_parent = true;
            break;
        case no_record:
            settings.record_requests = false;
            break;
        case help:
            options.help = true;
            break;
        default:
            throw std::invalid_argument("unknown or incomplete option");
    }
}

}  // namespace

Options parse_options(int argc, char** argv) {
    Options options;
    int flag = 0;
    opterr = 0;
    while ((flag = getopt_long(argc, argv, "", k_flags.data(), nullptr)) !=
           -1) {
        apply(options, flag, optarg == nullptr ? "" : optarg);
    }
    if (optind < argc) {
        throw std::invalid_argument(std::string("unexpected argument ") +
                                    argv[optind]);
    }
    if (options.apps.empty()) {
        options.apps.emplace_back("cli_sandbox0000000", "sandbox-secret");
    }
    return options;
}

const char* usage() {
    return "usage: lark-sandbox [--port N] [--users N] [--departments N]\n"
           "    [--seed N] [--app ID:SECRET]... [--latency-ms N]\n"
           "    [--rate-per-second N] [--rate-per-minute N]\n"
           "    [--token-seconds N] [--cache-mb N] [--no-record]\n"
           "    [--die-with-parent]\n"
           "Plays the Lark open API on 127.0.0.1 (tests/sandbox/README.md).\n";
}

}  // namespace lark_batch::sandbox
