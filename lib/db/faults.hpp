// libpqxx's exceptions become ours, at one place.
#pragma once

#include <functional>
#include <string>

#include "lib/errors/error.hpp"

namespace lark_batch::db {

// Calls `work`; whatever libpqxx throws leaves as errors::Error:
// lost connections and a server that shuts down as unavailable, a missing
// table, column or right as config, everything else as failed with SQLSTATE.
// A commit in doubt leaves as CommitInDoubt.
void translate_faults(const std::function<void()>& work);

// The error for what the server said, as translate_faults() makes it.
errors::Error error_of(const std::string& sqlstate, const std::string& message);

// What a server's message may show: its first line, without the DETAIL line
// that quotes row contents.
std::string first_line(const std::string& message);

}  // namespace lark_batch::db
