// What became of notices, in the forms that every program gives it.
#pragma once

#include <string>

#include "lib/notify/announcer.hpp"
#include "lib/run/context.hpp"

namespace lark_batch::run {

// An array with an object for each channel.
std::string notices_json(const notify::Report& report);

// A line for each channel: "ops: 2 told in 1 message".
std::string notices_text(const notify::Report& report, bool dry_run);

// lark_notify_messages_total. Nothing is to be counted of a dry run.
void count_messages(Context& context, const notify::Report& report);

}  // namespace lark_batch::run
