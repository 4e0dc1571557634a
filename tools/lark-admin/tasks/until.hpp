// The end of a pause, as a person gives it.
#pragma once

#include <string>

#include "lib/clock/clock.hpp"
#include "lib/schedule/zone.hpp"

namespace lark_batch::admin {

// "2h", "2026-12-01" (its midnight), "2026-12-01T08:00" (a blank will do for
// the T), or RFC 3339 with an offset; without one the time is the zone's.
// Throws Error(usage) for anything else, for a local time that a change of
// the clocks leaves out, and for one that is over at `now`.
clock::WallTime parse_until(const std::string& text, const schedule::Zone& zone,
                            clock::WallTime now);

}  // namespace lark_batch::admin
