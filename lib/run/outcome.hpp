// How a run ended: the same words in the log, the run's row, the JSON, the
// metrics and, as a code, for whoever started it.
#pragma once

#include <string_view>

#include "lib/errors/error.hpp"

namespace lark_batch::run {

enum class Outcome {
    success,
    failure,
    partial,      // finished, some items failed
    guarded,      // finished, a guard held some changes back
    interrupted,  // by a signal
    timeout,      // by its own deadline
    skipped,
};

std::string_view word_of(Outcome outcome);

// `status` of scheduled_task_executions_total: everything but success needs
// somebody's eye.
std::string_view status_of(Outcome outcome);

Outcome outcome_of(errors::Kind kind);

}  // namespace lark_batch::run
