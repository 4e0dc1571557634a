#include "tools/lark-check-tokens/options.hpp"

namespace lark_batch::check_tokens {

namespace {

using std::chrono::hours;
using text::Milliseconds;

config::Found check_days(const Options& options) {
    if (options.critical_days <= options.warning_days) {
        return {};
    }
    return {{"", 0, 0,
             "check_tokens.critical_days is '" +
                 std::to_string(options.critical_days) +
                 "', more than warning_days, which is '" +
                 std::to_string(options.warning_days) + "'",
             "a token becomes critical after it began to expire",
             errors::Kind::config}};
}

}  // namespace

void declare(config::OptionSet& set, Options& options) {
    set.group("Token check");
    set.add("warning-days", options.warning_days)
        .key("check_tokens.warning_days")
        .help("announce a token whose end is at most this many days away")
        .range(1, 365)
        .placeholder("DAYS");
    set.add("critical-days", options.critical_days)
        .key("check_tokens.critical_days")
        .help("announce it as urgent at most this many days before its end")
        .range(0, 365)
        .placeholder("DAYS");
    set.add("refresh-ahead", options.refresh_ahead)
        .key("check_tokens.refresh_ahead")
        .help("refresh a token this long before its refresh token ends")
        .range(Milliseconds{hours{1}}, Milliseconds{hours{24 * 6}})
        .placeholder("DURATION")
        .places(config::Places::file);
    set.add("no-refresh", options.refresh)
        .key("check_tokens.refresh")
        .negated()
        .help("look and tell only; ends count as if nothing would be refreshed")
        .places(config::Places::command_line);
    set.after_loading([&options] { return check_days(options); });
}

}  // namespace lark_batch::check_tokens
