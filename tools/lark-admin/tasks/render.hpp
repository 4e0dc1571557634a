// `tasks render`: brings the registry into a folder of units, of crontabs or
// of manifests.
#pragma once

#include <ostream>

#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// Writes what differs, file by file, each in one step, and removes drop-ins
// of tasks that are gone. Says what it did and what comes next. Throws
// Error(usage) when there is no such folder, and Error(failed) before it
// changes anything when a file there is not one of ours.
void render_tasks(const Settings& settings, std::ostream& out);

}  // namespace lark_batch::admin
