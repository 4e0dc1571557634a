// SIGTERM and SIGINT raise a flag; the job looks at it between its batches.
#pragma once

namespace lark_batch::run {

// Once, before the work begins. A broken pipe becomes an ordinary write
// error.
void catch_stop_signals();

// The signal that asked us to stop, 0 if none did.
int stop_signal();

}  // namespace lark_batch::run
