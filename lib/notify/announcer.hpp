// Tells people what is the matter: each channel of the configuration hears of
// the severities routed to it, in one digest an app, once until it is time to
// repeat it, at once when it gets worse, and when it is over. What counts as
// told is in lark_batch.notices (lib/db/notices.hpp).
//
//   db::create_conditions(connection);          // then fill `conditions`
//   notify::Announcer announcer{settings.notify, courier, source};
//   const auto report = announcer.announce(connection, apps, mode);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/config/shared_options.hpp"
#include "lib/db/notices.hpp"
#include "lib/errors/error.hpp"
#include "lib/notify/courier.hpp"
#include "lib/notify/digest.hpp"
#include "lib/notify/severity.hpp"

namespace lark_batch::notify {

// How many entries of one sort a channel was told of.
struct Told {
    std::string app;
    std::string label;
    Severity severity{};
    EntryKind kind{};
    long long count = 0;
};

struct ChannelReport {
    std::string channel;
    std::string kind;        // as configured: "lark_bot"
    long long messages = 0;  // accepted; of a long digest each part counts
    std::vector<Told> told;  // accepted; in a dry run: due
    long long untold = 0;    // entries that were due and not accepted
    // Entries for people whom the bot cannot reach (resigned, not in the
    // app's availability): as good as told, not tried before repeat_after.
    long long undeliverable = 0;
    // Why some were not; the next run tries them again.
    std::optional<errors::Error> failure;
};

struct Report {
    std::vector<ChannelReport> channels;  // those with a route, as configured
    // Error(stopped) or Error(timeout), when that ended it early; what was
    // accepted until then is recorded and counted. Callers throw it when they
    // have taken what they need from here.
    std::optional<errors::Error> ended;

    // Whether every channel accepted all that was due and could arrive.
    bool complete() const;
    long long messages() const;
    // The first channel's that has one.
    std::optional<errors::Error> failure() const;
};

// What of a source was looked at completely: only that can have recovered.
struct Examined {
    std::vector<std::string> apps;      // "" for topics without an app
    std::vector<std::string> topics{};  // of those apps; empty: all
};

// A rehearsal sends and writes nothing.
enum class Mode { real, rehearsal };

class Announcer {
public:
    // Throws Error(config) for a template that is malformed or misnamed, and
    // for a hook's address that is none. The references, the courier's too,
    // must outlive the announcer.
    Announcer(const config::NotifySettings& settings, Courier courier,
              Source source);
    ~Announcer();

    // Tells what is due of the session's table `conditions`. A channel that
    // fails does not stop the others. Throws what the database throws.
    Report announce(db::Connection& connection, const Examined& examined,
                    Mode mode);

    // Tells of one entry at once, without the database and what it remembers:
    // every channel that hears of its level but those named in `but`. Those
    // that write to the person concerned are left out.
    Report tell(const Entry& entry, const std::vector<std::string>& but);

    // Whether any channel hears of that severity.
    bool has_route(Severity severity) const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace lark_batch::notify
