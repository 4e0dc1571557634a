// Where what checks found is kept: the database, and for times without it a
// file of the present states and a spool of results, in the state directory.
// None of it ever fails a run: its answer is right without.
#pragma once

#include <string>
#include <vector>

#include "lib/run/context.hpp"
#include "tools/lark-healthcheck/history/memory.hpp"
#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

enum class Source { all, file };

// What earlier runs found, by whichever of database and file knows more.
// What cannot be read is warned of, and left out; a database that went away
// meanwhile is given up.
Memory load_memory(run::Context& context, Source source);

// Keeps the results of this run under its id, once, and the states of the
// configured checks; takes in what waits in the spool, as far as five seconds
// allow. Without a database the results go to the spool.
void keep(run::Context& context, const Options& options, const Memory& memory,
          const std::vector<Outcome>& outcomes);

}  // namespace lark_batch::healthcheck
