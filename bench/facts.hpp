// The machine the figures come from.
#pragma once

#include <string>

namespace lark_batch::bench {

std::string machine_facts();

}  // namespace lark_batch::bench
