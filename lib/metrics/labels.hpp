// Labels of one series, in the order of their family.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/metrics/names.hpp"

namespace lark_batch::metrics {

using Labels = std::vector<std::pair<std::string, std::string>>;

// Throws Error(bug) unless the names are exactly the family's, in its order,
// and each value is one that the family may carry: from its closed list, or
// UTF-8 text of 1 to 200 bytes without control characters. The groups and
// labels of a check may be empty.
void check_labels(const Family& family, const Labels& labels);

// The `status` of an API request: "error" for 0, which is no answer at all.
std::string status_label(int http_status);

// A JSON object with sorted keys and no blanks: the same labels give the same
// text, whatever their order. Part of the totals' primary key.
std::string labels_key(const Labels& labels);

// The reverse, in the family's order; takes PostgreSQL's jsonb text, too.
// Throws Error(config) for anything else, or labels not the family's.
Labels parse_labels_key(const Family& family, std::string_view text);

}  // namespace lark_batch::metrics
