#include "lib/text/base64.hpp"

#include <cstdint>

namespace lark_batch::text {

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string encoded;
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6; held -= 6) {
            encoded += digits[(bits >> (held - 6)) & 0x3fU];
        }
    }
    if (held > 0) {
        encoded += digits[(bits << (6 - held)) & 0x3fU];
    }
    encoded.append((4 - encoded.size() % 4) % 4, '=');
    return encoded;
}

}  // namespace lark_batch::text
