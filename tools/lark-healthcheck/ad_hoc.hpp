// A check given on the command line alone: `lark-healthcheck tcp HOST:PORT`.
// Its options are those of a [[check]] of that kind.
#pragma once

#include <string_view>

#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

// Declares the options of one such command. A secret `password` is given as
// --password-file or --password-env.
void declare_one(config::OptionSet& own, Options& options,
                 std::string_view kind);

// Whether such a check may ask our own database or Pushgateway, and so needs
// their passwords. The others can be made by who may not read them.
bool asks_our_own(const Check& check);

}  // namespace lark_batch::healthcheck
