// What lark-check-tokens can be told beside the shared settings.
#pragma once

#include "lib/config/option.hpp"

namespace lark_batch::check_tokens {

struct Options {
    long long warning_days = 7;
    long long critical_days = 3;
    text::Milliseconds refresh_ahead{24 * 3'600'000};
    bool refresh = true;
};

void declare(config::OptionSet& set, Options& options);

}  // namespace lark_batch::check_tokens
