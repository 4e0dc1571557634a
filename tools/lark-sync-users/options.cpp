#include "tools/lark-sync-users/options.hpp"

namespace lark_batch::sync_users {

void declare(config::OptionSet& set, Options& options) {
    set.group("Directory sync");
    set.add("accept-lost-field", options.accept_lost_fields)
        .key("sync_users.accept_lost_fields")
        .places(config::Places::command_line)
        .placeholder("FIELD")
        .help("give up the stored values of a field that nobody has any more");
}

}  // namespace lark_batch::sync_users
