// token print, list, revoke and login.
#pragma once

#include <ostream>

#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// Prints a valid access token of one person and nothing else, refreshing it
// first when less than settings.min_life is left.
void print_token(const Settings& settings, std::ostream& out);

void list_tokens(const Settings& settings, std::ostream& out);

void revoke_token(const Settings& settings, std::ostream& out);

// Prints the consent page's address, waits for the redirect on loopback, and
// stores what came of it.
void login(const Settings& settings, std::ostream& out);

// "--user" and one "--app"; the latter may be left out where there is only
// one. Throws Error(usage).
std::string chosen_app(const Settings& settings);

}  // namespace lark_batch::admin
