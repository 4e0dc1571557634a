// keys generate, list and rotate.
#pragma once

#include <ostream>

#include "lib/errors/exit_code.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// A new key as base64, and nothing else.
void generate_key(std::ostream& out);

// Every key that the configuration or the database knows, and how many
// tokens it seals.
void list_keys(const Settings& settings, std::ostream& out);

// Seals every token with the key that is to be used. In batches: what is done
// stays done, and another start goes on. Partial when some were in use by
// others or did not open.
errors::ExitCode rotate_keys(const Settings& settings, std::ostream& out);

}  // namespace lark_batch::admin
