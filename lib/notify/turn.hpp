// One channel's turn: what is due for it is frozen, sent and recorded. Private
// to lib/notify.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "lib/notify/announcer.hpp"
#include "lib/notify/sender.hpp"

namespace lark_batch::notify {

struct Channel {
    const config::ChannelSettings* settings = nullptr;
    std::vector<int> levels;
    std::unique_ptr<Sender> sender;
};

// Whether each message goes to the person whom its entries concern.
bool writes_to_persons(const config::ChannelSettings& channel);

// What was told, added up over apps and people, so that a message to each of
// a hundred thousand people takes no more room than one.
class Tally {
public:
    void add(const db::NoticeGroup& group);
    void add(const std::string& app, const Entry& entry);

    long long total() const { return m_total; }
    std::vector<Told> told() const;

private:
    using Key = std::tuple<std::string, std::string, int, EntryKind>;
    std::map<Key, long long> m_counts;
    long long m_total = 0;
};

class Turn {
public:
    // The references must outlive it.
    Turn(db::Connection& connection, const config::NotifySettings& settings,
         const Source& source, const Templates& templates,
         const Channel& channel, const Examined& examined);

    // Throws what the database throws.
    ChannelReport run(Mode mode);

private:
    using Groups = std::vector<db::NoticeGroup>;

    Audience audience() const;
    Parcel parcel_of(const db::NoticeGroup& group) const;
    bool tell(const Groups& groups, Mode mode);
    bool send(const Groups& groups);
    void note(const db::NoticeGroup& group, const Parcel& parcel);
    void note_accepted_parts(const db::NoticeGroup& group,
                             const Parcel& parcel);
    bool goes_on(const Groups& groups, const std::vector<Parcel>& parcels);

    db::Connection& m_connection;
    const config::NotifySettings& m_settings;
    const Source& m_source;
    const Templates& m_templates;
    const Channel& m_channel;
    db::NoticeScope m_scope;
    Tally m_tally;
    std::set<std::string> m_closed_apps;
    ChannelReport m_report;
};

}  // namespace lark_batch::notify
