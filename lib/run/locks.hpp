// One run of a task at a time: a file lock, which also works while the
// database is down, and the database's advisory lock, which also works across
// hosts.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "lib/clock/clock.hpp"
#include "lib/db/connection.hpp"
#include "lib/files/file_lock.hpp"

namespace lark_batch::run {

// Both throw Error(skipped), naming the holder, when another run still holds
// the lock after `wait`. `tick` is called while waiting and may throw.
using Tick = std::function<void()>;

files::FileLock lock_file(const std::filesystem::path& folder,
                          const std::string& task, clock::Duration wait,
                          const Tick& tick);
void lock_database(db::Connection& connection, const std::string& task,
                   clock::Duration wait, const Tick& tick);

// "host 'a', pid 12, since 2026-11-22T02:15:40Z": what a loser is shown.
std::string lock_holder(const std::string& host, int pid,
                        clock::WallTime since);

}  // namespace lark_batch::run
