// Files past their age. Only regular files are looked at, folders are entered
// by handle: no symbolic link leads out, whoever exchanges one meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lib/clock/clock.hpp"

namespace lark_batch::cleanup {

enum class Depth { flat, whole_tree };

struct FileQuestion {
    std::filesystem::path folder;
    Depth depth = Depth::flat;
    // By name, when a file is old enough: the time before which it was
    // changed. Nothing for files that are none of ours.
    std::function<std::optional<clock::WallTime>(std::string_view)> cutoff;
    std::function<void()> look_up;     // before each file; may throw
    std::function<bool()> may_remove;  // before each deletion
    std::function<void()> removed;     // after it
};

struct OldFiles {
    std::int64_t eligible = 0;
    std::int64_t deleted = 0;
    std::int64_t failed = 0;
    std::string first_failure;  // path and reason
    double bytes = 0;           // of the eligible
    std::string oldest;         // UTC
};

// A folder that is not there holds nothing. Throws Error(config) when it
// cannot be read.
OldFiles clean_files(const FileQuestion& question);

// When a file of the state directory is a leftover: temporary files of ours
// after a day, what programs of other releases kept after `retention`. Spools
// and locks of ours never, nor whatever has to do with tokens.spool: there
// refreshed pairs may wait.
std::optional<clock::WallTime> leftover_cutoff(std::string_view name,
                                               clock::WallTime now,
                                               clock::Duration retention);

}  // namespace lark_batch::cleanup
