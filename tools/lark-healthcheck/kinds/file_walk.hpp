// Finds files by a pattern, one at a time, however many there are.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"

namespace lark_batch::healthcheck {

struct FoundFile {
    std::string path;
    double changed_at = 0;  // seconds since 1970
    double bytes = 0;
};

enum class Folders { shallow, recursive };

// Calls `visit` for each file that matches: `*`, `?` and `[...]` as in a
// shell, within each part of the absolute path. A match that is a folder
// stands for the files in it, and below it when that is wanted; symbolic
// links to folders are followed in the pattern only, so that nothing goes in
// circles. Returns the folders that could not be read. Throws Error(timeout)
// when the deadline passes.
std::vector<std::string> find_files(
    const std::string& pattern, Folders folders,
    const clock::Deadline& deadline,
    const std::function<void(const FoundFile&)>& visit);

}  // namespace lark_batch::healthcheck
