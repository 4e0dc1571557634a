#include "lib/notify/turn.hpp"

#include <algorithm>

#include "lib/notify/post.hpp"

namespace lark_batch::notify {

namespace {

// Messages to people: as many at once as make full use of the API's window.
// Of a channel with one receiver each message is recorded before the next one
// leaves, because nothing else tells a run that follows a crash.
constexpr int k_people_at_once = 50;

long long entries_of(const db::NoticeGroup& group) {
    long long sum = 0;
    for (const auto& each : group.counts) {
        sum += each.count;
    }
    return sum;
}

}  // namespace

bool writes_to_persons(const config::ChannelSettings& channel) {
    return channel.kind == "lark_bot" && !channel.to.empty() &&
           channel.to.front() == "person";
}

void Tally::add(const db::NoticeGroup& group) {
    for (const auto& each : group.counts) {
        m_counts[{group.app, each.label, each.level, each.kind}] += each.count;
        m_total += each.count;
    }
}

void Tally::add(const std::string& app, const Entry& entry) {
    ++m_counts[{app, entry.label, entry.level, entry.kind}];
    ++m_total;
}

std::vector<Told> Tally::told() const {
    std::vector<Told> all;
    for (const auto& [key, count] : m_counts) {
        const auto& [app, label, level, kind] = key;
        all.push_back({app, label, static_cast<Severity>(level), kind, count});
    }
    return all;
}

Turn::Turn(db::Connection& connection, const config::NotifySettings& settings,
           const Source& source, const Templates& templates,
           const Channel& channel, const Examined& examined)
    : m_connection(connection),
      m_settings(settings),
      m_source(source),
      m_templates(templates),
      m_channel(channel) {
    m_scope.source = source.name;
    m_scope.channel = channel.settings->name;
    m_scope.levels = channel.levels;
    m_scope.apps = channel.settings->apps;
    m_scope.examined = examined.apps;
    m_scope.topics = examined.topics;
    m_scope.repeat_after = settings.repeat_after;
    m_scope.by_person = writes_to_persons(*channel.settings);
    m_report.channel = channel.settings->name;
    m_report.kind = channel.settings->kind;
}

Audience Turn::audience() const {
    return {m_channel.settings->name,
            language_of(m_channel.settings->language)};
}

Parcel Turn::parcel_of(const db::NoticeGroup& group) const {
    const Digest digest = make_digest(
        m_source, m_templates, audience(), group,
        db::due_notices(m_connection, group, m_settings.max_entries));
    return {split(digest, m_channel.sender->measure())};
}

// Of a digest that did not arrive as a whole, what stands in the parts that
// did is told; what was only counted is not.
void Turn::note_accepted_parts(const db::NoticeGroup& group,
                               const Parcel& parcel) {
    std::vector<std::string> topics;
    for (std::size_t part = 0; part < parcel.accepted; ++part) {
        for (const auto& line : parcel.parts[part].lines) {
            topics.push_back(line.entry.topic);
            m_tally.add(group.app, line.entry);
        }
    }
    if (!topics.empty() && !parcel.undeliverable) {
        db::record_told(m_connection, m_scope, group, topics);
    }
}

void Turn::note(const db::NoticeGroup& group, const Parcel& parcel) {
    m_report.messages += static_cast<long long>(parcel.accepted);
    if (parcel.done()) {
        db::record_told(m_connection, m_scope, group);
        m_tally.add(group);
        return;
    }
    const long long before = m_tally.total();
    note_accepted_parts(group, parcel);
    if (parcel.undeliverable) {
        db::record_told(m_connection, m_scope, group);
        m_report.undeliverable +=
            entries_of(group) - (m_tally.total() - before);
    } else if (!m_report.failure || ends_run(*parcel.failure)) {
        m_report.failure = parcel.failure;
    }
}

// Not when the run is over, nor when a block brought nothing and its failure
// is everybody's. What is one app's ends that app.
bool Turn::goes_on(const Groups& groups, const std::vector<Parcel>& parcels) {
    std::set<std::string> reached;
    for (std::size_t at = 0; at < groups.size(); ++at) {
        if (parcels[at].accepted > 0 || parcels[at].undeliverable) {
            reached.insert(groups[at].app);
        }
    }
    for (std::size_t at = 0; at < groups.size(); ++at) {
        const Parcel& parcel = parcels[at];
        if (parcel.done()) {
            continue;
        }
        if (ends_run(*parcel.failure) ||
            (parcel.reach == Reach::channel && reached.empty())) {
            return false;
        }
        if (parcel.reach == Reach::app && !reached.contains(groups[at].app)) {
            m_closed_apps.insert(groups[at].app);
        }
    }
    return true;
}

bool Turn::send(const Groups& groups) {
    std::vector<Parcel> parcels;
    parcels.reserve(groups.size());
    for (const auto& group : groups) {
        parcels.push_back(parcel_of(group));
    }
    m_channel.sender->send(parcels);
    for (std::size_t at = 0; at < groups.size(); ++at) {
        note(groups[at], parcels[at]);
    }
    return goes_on(groups, parcels);
}

// Whether to go on behind these.
bool Turn::tell(const Groups& groups, Mode mode) {
    if (mode == Mode::rehearsal) {
        for (const auto& group : groups) {
            m_tally.add(group);
        }
        return true;
    }
    Groups open = groups;
    std::erase_if(open, [this](const db::NoticeGroup& group) {
        return m_closed_apps.contains(group.app);
    });
    return send(open);
}

ChannelReport Turn::run(Mode mode) {
    const auto future = mode == Mode::real ? db::FutureNotices::corrected
                                           : db::FutureNotices::kept;
    const int at_once = m_scope.by_person ? k_people_at_once : 1;
    const long long due = db::freeze_due(m_connection, m_scope, future);
    std::optional<db::NoticeGroup> last;
    for (bool go_on = due > 0; go_on;) {
        const auto groups =
            db::due_groups(m_connection, last ? &*last : nullptr, at_once);
        if (groups.empty()) {
            break;
        }
        last = groups.back();
        go_on = tell(groups, mode);
    }
    m_report.told = m_tally.told();
    m_report.untold = due - m_tally.total() - m_report.undeliverable;
    return m_report;
}

}  // namespace lark_batch::notify
