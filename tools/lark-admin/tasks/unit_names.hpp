// The task behind a unit of systemd's, and its group on the Pushgateway.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::admin {

// "lark-sync-users.service" is sync_users, "lark-sync-users@2of4.service" its
// shard, "lark-task@backup.service" is backup; with or without the ending, and
// with the \x2d that systemd-escape(1) makes. Nothing for other units.
std::optional<std::string> task_of_unit(std::string_view unit);

// "lark-task@backup" of "lark-task@backup.service": whole, it would look like
// an address of mail, which notices cut short.
std::string short_unit(const std::string& unit);

// "lark-sync-users", "lark-sync-users@2of4", "lark-run-backup".
std::string group_of_task(const std::string& task);

// "sync_users" of "sync_users@2of4".
std::string whole_task(const std::string& task);

}  // namespace lark_batch::admin
