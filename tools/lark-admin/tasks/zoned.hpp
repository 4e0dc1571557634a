// Times as the clock of a zone shows them.
#pragma once

#include <string>

#include "lib/schedule/zone.hpp"

namespace lark_batch::admin {

// "2026-11-22 18:00"
std::string zoned_minute(const schedule::Zone& zone, clock::WallTime time);

// "2026-11-22T18:00:00+08:00"
std::string zoned_rfc3339(const schedule::Zone& zone, clock::WallTime time);

}  // namespace lark_batch::admin
