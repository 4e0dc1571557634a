// Everybody who came from programs that we started: programs leave children
// behind, in their group or far from it, that must not outlive a run.
#pragma once

#include "lib/clock/clock.hpp"

namespace lark_batch::process {

// From now on orphaned grandchildren come to this process, and not to init.
// Children that it has already, left by a shell that became this program by
// exec, are no family. Called by the first Child; once.
void adopt_orphans();

// Once to each of them, whatever group it is in. False if nobody was found.
bool signal_family(int number);

// What follows reaps whoever has died: for a process whose own Child objects
// have been ended.

// Whether nobody is left. Costs nothing in the usual case.
bool is_alone();

// SIGKILL until there is nobody, for as long as `limit`: one that the kernel
// holds does not die. False if somebody is left.
bool kill_family(clock::Duration limit);

}  // namespace lark_batch::process
