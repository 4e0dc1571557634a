// The cleanup: class by class, what is past its retention is deleted in small
// batches, until everything is gone or the run has done its share.
#pragma once

#include "lib/run/context.hpp"
#include "tools/lark-cleanup/options.hpp"

namespace lark_batch::cleanup {

// A class that fails does not stop the others: the result is partial then,
// and a failure only if none succeeded.
run::Result clean(run::Context& context, const Options& options);

}  // namespace lark_batch::cleanup
