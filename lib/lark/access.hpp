// The question behind `config check --online`: may this app read the
// directory at all?
#pragma once

#include <functional>

#include "lib/lark/client.hpp"

namespace lark_batch::lark {

// Fetches a token and one entry of the contact scope. Throws the Error of
// the call that failed; `tick` as for Client::run().
void check_access(Client& client, const std::function<void()>& tick);

}  // namespace lark_batch::lark
