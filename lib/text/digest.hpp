// Cryptographic digests and random bytes, from libsodium.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lark_batch::text {

// FIPS 180-4; 32 bytes.
std::string sha256(std::string_view bytes);

// RFC 2104 over SHA-256, with a key of any length; 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

// Lower case, two digits a byte.
std::string hex(std::string_view bytes);

// From the kernel's generator, fit for keys and nonces.
std::string random_bytes(std::size_t count);

}  // namespace lark_batch::text
