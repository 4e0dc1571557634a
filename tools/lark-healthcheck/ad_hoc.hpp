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

}  // namespace lark_batch::healthcheck
