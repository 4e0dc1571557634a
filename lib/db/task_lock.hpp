// One run of a task at a time, on all hosts together: a session's advisory
// lock, which the server frees when the session ends, however it ends.
#pragma once

#include <string>

#include "lib/db/connection.hpp"

namespace lark_batch::db {

// Takes the task's lock for the session's life, or returns false at once.
bool try_task_lock(Connection& connection, const std::string& task_name);

// Gives it back now: the end of a session takes the server a while when it
// has large temporary tables to drop.
void release_task_lock(Connection& connection, const std::string& task_name);

// Who holds it, for the loser's message: "host 'a', pid 12, since ...", or
// empty when nobody is known any more.
std::string task_lock_holder(Connection& connection,
                             const std::string& task_name);

}  // namespace lark_batch::db
