// The first half of the check: everything that is due is refreshed, all apps
// at once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/shared_options.hpp"
#include "lib/run/context.hpp"
#include "lib/tokens/keyring.hpp"
#include "lib/tokens/rotation.hpp"

namespace lark_batch::check_tokens {

struct Refreshed {
    tokens::Tally tally;
    std::int64_t due = 0;
    std::int64_t left = 0;  // not tried: the time was up
    std::optional<errors::Error> error;
    bool blocked = false;  // Lark refuses the app itself
};

// By the app's name. Throws what ends the run: a database that is gone, a
// stop signal, the deadline.
std::map<std::string, Refreshed> refresh_due(
    run::Context& context, const tokens::Keyring& keys,
    const std::vector<const config::AppSettings*>& apps,
    clock::Duration refresh_ahead);

}  // namespace lark_batch::check_tokens
