// A process that handles plain tokens keeps its memory to itself.
#pragma once

namespace lark_batch::tokens {

// Once, before the first plain token: no core dump, no debugger of the same
// user (PR_SET_DUMPABLE), and nothing swapped out where the limit of locked
// memory allows to lock it all. With a small limit only keys are locked:
// locking more would make later allocations fail.
void protect_memory();

}  // namespace lark_batch::tokens
