// The job of lark-run: attempts, until one does it or none is left.
#pragma once

#include "lib/run/context.hpp"
#include "tools/lark-run/options.hpp"

namespace lark_batch::lark_run {

// The pause before retry number `retry`, counted from 1: doubled each time, up
// to a quarter of an hour, and up to a tenth on top, chosen by `random`, so
// that tasks that failed together do not come back together.
clock::Duration pause_before(int retry, clock::Duration first,
                             std::uint64_t random);

run::Result run_command(run::Context& context, const Options& options);

}  // namespace lark_batch::lark_run
