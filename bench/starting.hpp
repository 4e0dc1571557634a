// Programs that are started, do little and end: what that costs.
#pragma once

#include <string>
#include <vector>

#include "bench/figure.hpp"
#include "tests/support/process.hpp"

namespace lark_batch::bench {

struct Start {
    std::vector<std::string> argv{};  // argv[0] with its path
    test::Environment env{};          // added to our own
};

// From posix_spawn to its end, with what it prints thrown away. Throws
// std::runtime_error unless its exit code is 0, as the next one does.
double start_ms(const Start& start);

// Both in turns, the medians. The name ends in what the other one is.
Figure start_time_figure(const std::string& name, const Start& ours,
                         const Start& other, int starts, double bound);

// Callgrind's instructions of both, in millions. Not measured without
// valgrind.
Figure instructions_figure(const std::string& name, const Start& ours,
                           const Start& other, double bound);

}  // namespace lark_batch::bench
