// Everything that is wrong with a program's settings, found in one pass: a
// person mends a file once, not once for each mistake in it.
#pragma once

#include <string>
#include <vector>

#include "lib/errors/error.hpp"

namespace lark_batch::config {

// One mistake. `file` is empty and `line` 0 where there is no place to point
// at; messages never hold a secret or an excerpt of a file.
struct Problem {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
    std::string message;
    std::string hint;
    errors::Kind kind = errors::Kind::config;

    // "lark-batch.toml:12:3: unknown key 'databse.url'", without the hint.
    std::string str() const;
};

// What one step found wrong, empty when nothing.
using Found = std::vector<Problem>;

// Its kind is usage when only the command line is wrong, else config. what()
// has one line a problem. The hint of a single problem is hint(); the hints
// of several stand in brackets behind their lines.
class Problems : public errors::Error {
public:
    // Sorted by file, line and column; `all` must not be empty.
    explicit Problems(std::vector<Problem> all);

    const std::vector<Problem>& all() const noexcept { return m_all; }

private:
    struct Sorted {
        std::vector<Problem> all;
    };

    explicit Problems(Sorted sorted);

    std::vector<Problem> m_all;
};

}  // namespace lark_batch::config
