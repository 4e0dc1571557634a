#pragma once

#include "tests/sandbox/world.hpp"

namespace lark_batch::sandbox {

// The way of every `/open-apis` call: route, scripted fault, rate limit,
// credentials, permission, handler, statistics.
Reply answer_call(World& world, const Request& request);

}  // namespace lark_batch::sandbox
