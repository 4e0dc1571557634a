#pragma once

#include "tests/sandbox/world.hpp"

namespace lark_batch::sandbox {

// `/_sandbox/...`: JSON in, JSON out, documented in README.md. A mistake in
// the request is answered with 400 and {"error": "..."}.
Reply answer_control(World& world, const Request& request);

}  // namespace lark_batch::sandbox
