// A program that is run for a probe: bounded in time and in what it may say.
// Starting and ending it is lib/process's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"

namespace lark_batch::healthcheck {

struct ChildOrder {
    std::vector<std::string> argv;         // the first is looked up in PATH
    std::vector<std::string> environment;  // all of it, NAME=value
    std::string folder = "/";
};

struct ChildEnd {
    bool in_time = false;  // false: it was ended by us
    int code = 0;          // when no signal ended it
    int signal = 0;
    std::string out;  // the first 64 KiB
    std::string err;  // the same
};

// Runs it in a process group of its own, with /dev/null as its input, default
// signals and no other descriptor of ours. Before the deadline the group gets
// SIGTERM and, half a second later at most, SIGKILL; the same SIGKILL meets
// what is left of the group when the program itself has ended, so that nobody
// holds us by an open pipe. Throws Error(config) when it cannot be started.
ChildEnd run_child(const ChildOrder& order, const clock::Deadline& deadline);

// See kill_leftovers(): children of this process, grandchildren that were
// orphaned included, but not those that it had before the first run_child().
// Waits 0.3 s at most: one that the kernel holds, as on a network mount whose
// server is gone, does not die.
void kill_children();

}  // namespace lark_batch::healthcheck
