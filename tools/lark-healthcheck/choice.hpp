// Which of the configured checks a run looks at.
#pragma once

#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

// Marks the chosen checks, and says what is wrong with the choice: names that
// are none, groups without a check, dependencies that are unknown or go in a
// circle.
config::Found choose(Options& options);

// For commands that run none of the configured checks, after choose(): none
// of their secrets is read then.
void choose_none(Options& options);

// Throws Error(config) when there is no check to be run.
void require_checks(const Options& options);

}  // namespace lark_batch::healthcheck
