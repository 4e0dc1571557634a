// The history of runs, as a table or as JSON.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "lib/db/task_runs.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// One run with the end of its output, as a text of several lines.
std::string run_text(const db::RunRecord& run);
std::string runs_table(const std::vector<db::RunRecord>& runs);
std::string runs_json(const std::vector<db::RunRecord>& runs);

void show_runs(const Settings& settings, std::ostream& out);

}  // namespace lark_batch::admin
