// RFC 4648, from libsodium; in constant time, so fit for secrets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::text {

// Section 4, with padding.
std::string base64(std::string_view bytes);

// Section 5, for URLs and file names: without padding.
std::string base64_url(std::string_view bytes);

// Of base64()'s form; nothing for anything else.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace lark_batch::text
