// Who was told what: the table lark_batch.notices, by sets, so that a hundred
// thousand topics cost no memory. A program fills the temporary table
// `conditions` with all that is the matter now; what of it is due for a
// channel is frozen in another one, sent group by group, and recorded as told
// once the channel has accepted it. Times are the database's.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lib/clock/clock.hpp"
#include "lib/db/connection.hpp"

namespace lark_batch::db {

// Makes the session's table `conditions`, empty:
//   topic text PRIMARY KEY   what it is about, opaque, unique in the source
//   app text                 '' where no app is concerned
//   label text               what it is counted by
//   person text              an id or address, '' where nobody is concerned
//   level smallint           1 reminder, 2 urgent, 3 critical
//   facts jsonb              an object, for the wording
//   quiet boolean            it lasts, and nothing is told of it now
//   past_from timestamptz    set: it began then and is over. Channels that have
//                            heard nothing since are told of it, the others
//                            that it is over
void create_conditions(Connection& connection);

// Adds one row to it: topic, app, label, person, level and facts_json count.
struct Notice;
void add_condition(Connection& connection, const Notice& notice);

enum class NoticeKind {
    fresh,      // never told, or told that it was over
    repeated,   // told, and the time to repeat it has passed
    escalated,  // told at a lower level
    recovered,  // told, and no condition any more
};

struct NoticeScope {
    std::string source;  // the program's name for its conditions
    std::string channel;
    std::vector<int> levels;        // that are routed to the channel
    std::vector<std::string> apps;  // it hears of; empty: of all
    // Whose conditions were looked at: only these can have recovered. ''
    // stands for topics without an app.
    std::vector<std::string> examined;
    // Less a twentieth, at most an hour, so that a daily timer repeats daily.
    clock::Duration repeat_after{};
    // A message goes to the person concerned; topics without one are left.
    bool by_person = false;
    // Of the examined apps, the topics that were looked at; empty: all.
    std::vector<std::string> topics{};
};

// Whether a `sent_at` beyond the database's now() (its clock was set back) is
// set to now(), so that silence ends in time. A dry run only reads it so.
enum class FutureNotices { corrected, kept };

// Freezes what is due for the channel now, in place of what was frozen
// before. Returns how many topics that is.
long long freeze_due(Connection& connection, const NoticeScope& scope,
                     FutureNotices future);

struct NoticeCount {
    std::string label;
    int level = 0;
    NoticeKind kind{};
    long long count = 0;
};

// One message: what is due of an app, or of an app and a person.
struct NoticeGroup {
    std::string app;
    std::string person;  // empty unless by_person
    std::vector<NoticeCount> counts{};
};

// The first `limit` groups behind that one, in a fixed order; null: from the
// beginning.
std::vector<NoticeGroup> due_groups(Connection& connection,
                                    const NoticeGroup* after, int limit);

struct Notice {
    std::string topic;
    std::string app;
    std::string label;
    std::string person;
    int level = 0;
    int previous = 0;  // the level told before, 0: never
    NoticeKind kind{};
    std::string facts_json{"{}"};
    // The members of the facts; texts without their quotes. Both are empty
    // for what has recovered.
    std::map<std::string, std::string> facts;
    // When it was told last, as an opaque mark; empty: never.
    std::string told;
};

// The first `limit` of a group: worst first, then by topic, the recovered
// ones last.
std::vector<Notice> due_notices(Connection& connection,
                                const NoticeGroup& group, long long limit);

// The channel has accepted the group's message: all that was frozen of it
// counts as told, or as told to be over, since the moment of the freeze.
void record_told(Connection& connection, const NoticeScope& scope,
                 const NoticeGroup& group);

// The same of a part of it: these topics of the group alone.
void record_told(Connection& connection, const NoticeScope& scope,
                 const NoticeGroup& group,
                 const std::vector<std::string>& topics);

// A channel was told of the notice while the database was down, `sent_at` by
// this machine's clock. Topic, app, label, person and level count. What the
// table says of a later moment stays.
void record_told_before(Connection& connection, const std::string& source,
                        const std::string& channel, const Notice& notice,
                        clock::WallTime sent_at);

// Whether a channel was told of the topic, and not yet that it is over.
bool is_open(Connection& connection, const std::string& source,
             const std::string& topic);

// Every channel counts as told that the topic was over, if it was told of it
// before that moment.
void record_over(Connection& connection, const std::string& source,
                 const std::string& topic, clock::WallTime since);

}  // namespace lark_batch::db
