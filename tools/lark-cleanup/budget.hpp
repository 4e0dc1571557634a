// What a run may still do. Shared by all classes.
#pragma once

#include <cstdint>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/run/context.hpp"

namespace lark_batch::cleanup {

struct Budget {
    clock::Deadline deadline;
    std::int64_t rows = 0;  // and files

    bool used_up() const { return rows <= 0 || deadline.passed(); }
};

// Counts a deletion at once: an interrupted run keeps its counts.
void count_deleted(run::Context& context, const std::string& class_name,
                   std::int64_t deleted);

}  // namespace lark_batch::cleanup
