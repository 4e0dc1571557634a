#include "lib/metrics/push_path.hpp"

#include <algorithm>

#include "lib/errors/error.hpp"

namespace lark_batch::metrics {

namespace {

constexpr std::string_view k_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// RFC 4648, section 5, without padding.
std::string base64url(std::string_view bytes) {
    std::string out;
    unsigned pending = 0;
    int bits = 0;
    for (const char c : bytes) {
        pending = pending << 8 | static_cast<unsigned char>(c);
        bits += 8;
        for (; bits >= 6; bits -= 6) {
            out += k_alphabet[pending >> (bits - 6) & 63];
        }
        pending &= (1U << bits) - 1;
    }
    if (bits > 0) {
        out += k_alphabet[pending << (6 - bits) & 63];
    }
    return out;
}

bool is_safe(std::string_view job) {
    const auto plain = [](char c) {
        return c == '.' || k_alphabet.find(c) != std::string_view::npos;
    };
    return job != "." && job != ".." && std::ranges::all_of(job, plain);
}

}  // namespace

std::string push_path(std::string_view job) {
    if (job.empty()) {
        throw errors::Error{errors::Kind::bug, "a job without a name"};
    }
    if (is_safe(job)) {
        return "/metrics/job/" + std::string{job};
    }
    return "/metrics/job@base64/" + base64url(job);
}

}  // namespace lark_batch::metrics
