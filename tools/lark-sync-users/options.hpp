// What lark-sync-users can be told beside the shared settings.
#pragma once

#include <string>
#include <vector>

#include "lib/config/option.hpp"

namespace lark_batch::sync_users {

struct Options {
    // Fields that are gone for good: their stored values are given up.
    std::vector<std::string> accept_lost_fields;
};

void declare(config::OptionSet& set, Options& options);

}  // namespace lark_batch::sync_users
