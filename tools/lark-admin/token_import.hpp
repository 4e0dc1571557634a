// `token import`: tokens that other programs received, into the store.
#pragma once

#include <istream>
#include <ostream>

#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// Reads JSON lines from the file named, else from `in`. All or nothing: a
// line that is wrong is told by its number before anything is written.
void import_tokens(const Settings& settings, std::istream& in,
                   std::ostream& out);

}  // namespace lark_batch::admin
