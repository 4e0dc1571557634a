// Whole files: read with care, replaced in one step.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "lib/text/secret.hpp"

namespace lark_batch::files {

// Throws Error(config) when it cannot be read or exceeds `limit` bytes.
std::string read(const std::filesystem::path& path,
                 std::size_t limit = 16u << 20);

// A file that holds one secret; the ends of lines behind it, LF or CRLF, are
// dropped. Throws Error(config) when it is readable or writable by others,
// empty, or holds a control character.
text::Secret read_secret(const std::filesystem::path& path);

// Writes beside the target, fsyncs, renames over it and fsyncs the folder:
// readers see the old content or the new, never a part. One writer at a time:
// callers hold a lock. Throws Error(unavailable), leaving the old content.
void replace(const std::filesystem::path& path, std::string_view content);

}  // namespace lark_batch::files
