// How much this process may have open at the same time.
#pragma once

#include <cstddef>

namespace lark_batch::healthcheck {

// How many of `wanted` probes can run at the same time without being short of
// descriptors, which would look like an outage of what they ask; at least one.
// Raises the limit of the process as far as they need and it is allowed to, and
// warns when that is not enough.
std::size_t affordable_probes(std::size_t wanted);

}  // namespace lark_batch::healthcheck
