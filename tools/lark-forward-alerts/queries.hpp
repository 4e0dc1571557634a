// The SQL of lark-forward-alerts, as named functions. What fires and what is
// missing is in lark_batch.alerts; a rehearsal works on a copy.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/db/connection.hpp"
#include "lib/notify/announcer.hpp"

namespace lark_batch::forward_alerts {

inline constexpr const char* k_source = "forward_alerts";
inline constexpr const char* k_watchdog_topic = "watchdog";

enum class Watchdog { unwatched, present, absent };

struct Look {
    // An array of {topic, app, label, level, muted, facts}.
    std::string alerts_json;
    Watchdog watchdog = Watchdog::unwatched;
    clock::Duration watchdog_after{};
    clock::Duration resolve_after{};
    std::string zone = "UTC";  // that people are told times in
    notify::Mode mode = notify::Mode::real;
};

// Remembers the answer, and fills the session's table `conditions`
// (lib/db/notices.hpp) with what fires, what is past and may not have been told
// to every channel, and a watchdog that is missing. What is muted or has just
// gone is quiet there. While the watchdog is absent nothing goes.
void take_in(db::Connection& connection, const Look& look);

// The facts of alerts that are over, by topic, for their last words.
using Facts = std::map<std::string, std::string>;
std::map<std::string, Facts> facts_of_gone(db::Connection& connection,
                                           const Look& look);

// The apps that notices of ours are about, and "".
std::vector<std::string> examined_apps(db::Connection& connection);

// To be called when people were told: what was told late is over with that,
// and what nobody needs any more is forgotten.
void settle(db::Connection& connection, const Look& look,
            const notify::Report& told);

}  // namespace lark_batch::forward_alerts
