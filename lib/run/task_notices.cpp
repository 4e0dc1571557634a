#include "lib/run/task_notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "lib/db/task_runs.hpp"
#include "lib/log/log.hpp"
#include "lib/run/context.hpp"
#include "lib/run/lark_clients.hpp"
#include "lib/run/notice_report.hpp"
#include "lib/run/told_before.hpp"
#include "lib/run/watchdog.hpp"
#include "lib/schedule/zone.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::run {

namespace {

using errors::Error;
using notify::Severity;

// Of all telling after a run: a unit that is stopped has 30 seconds in all.
constexpr text::Milliseconds k_limit{10'000};
// What is left of it is for the channels.
constexpr clock::Duration k_database_limit{4'000};
constexpr const char* k_source = "tasks";
constexpr const char* k_label = "task";
constexpr clock::Duration k_most_slack{3'600'000};

config::SharedSettings limited(config::SharedSettings settings) {
    settings.run.timeout = k_limit;
    return settings;
}

notify::Entry entry_of(const std::string& topic, Severity severity,
                       const Trouble& trouble, const std::string& zone) {
    notify::Entry entry;
    entry.topic = topic;
    entry.label = k_label;
    entry.level = static_cast<int>(severity);
    entry.facts = {{"outcome", trouble.outcome},
                   {"host", trouble.host},
                   {"error", trouble.error},
                   {"run_id", trouble.run_id},
                   {"next", trouble.next},
                   {"since", schedule::minute_in(zone, trouble.since)}};
    entry.facts["exit_code"] =
        trouble.exit_code ? std::to_string(*trouble.exit_code) : "";
    text::JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : entry.facts) {
        json.field(name, value);
    }
    entry.facts_json = json.end_object().str();
    return entry;
}

}  // namespace

struct TaskNotices::Impl {
    Impl(const config::SharedSettings& given, std::string of,
         const std::string& program)
        : settings(limited(given)),
          topic(std::move(of)),
          context(settings, topic, program),
          clients(context),
          file(settings.run.state_directory, topic) {}

    notify::Announcer& speaker();
    db::Connection* prepare(Trouble& trouble, Severity severity,
                            const Database& database) const;
    void fill(db::Connection& session, Trouble& trouble,
              Severity severity) const;
    void remember(db::Connection& session) const;
    notify::Report announce(db::Connection& session);
    notify::Report tell(const notify::Entry& entry);
    void keep(const std::vector<ToldBefore>& told) const;

    config::SharedSettings settings;
    std::string topic;
    Context context;
    LarkClients clients;
    ToldFile file;
    std::optional<notify::Announcer> announcer;
};

// A run that was stopped is told of all the same, within its own limit.
notify::Announcer& TaskNotices::Impl::speaker() {
    if (!announcer) {
        notify::Courier courier = clients.courier();
        courier.tick = [] {};
        announcer.emplace(settings.notify, std::move(courier), task_source());
    }
    return *announcer;
}

// What was told without the database goes into it.
void TaskNotices::Impl::remember(db::Connection& session) const {
    for (const ToldBefore& told : file.read()) {
        notify::Entry entry;
        entry.topic = topic;
        entry.label = k_label;
        entry.level = told.level;
        db::record_told_before(session, k_source, told.channel, entry, told.at);
    }
    file.forget();
}

void TaskNotices::Impl::fill(db::Connection& session, Trouble& trouble,
                             Severity severity) const {
    const BriefWatchdog watchdog{session, k_database_limit};
    remember(session);
    const db::TaskHistory history = db::history_of(session, topic);
    trouble.since = history.failing_since.value_or(trouble.since);
    if (history.last_success) {
        // Nobody may have said so: a task whose runs do not notify.
        db::record_over(session, k_source, topic, *history.last_success);
    }
    db::create_conditions(session);
    db::add_condition(
        session, entry_of(topic, severity, trouble, settings.run.timezone));
}

// Null when people must be told without the database.
db::Connection* TaskNotices::Impl::prepare(Trouble& trouble, Severity severity,
                                           const Database& database) const {
    if (!database) {
        return nullptr;
    }
    try {
        db::Connection& session = database();
        fill(session, trouble, severity);
        return &session;
    } catch (const Error& error) {
        log::debug("telling people without the database",
                   {{"reason", error.what()}});
        return nullptr;
    }
}

notify::Report TaskNotices::Impl::announce(db::Connection& session) {
    const Watchdog watchdog{session, context.deadline()};
    notify::Report report =
        speaker().announce(session, {{""}, {topic}}, notify::Mode::real);
    count_messages(context, report);
    return report;
}

notify::Report TaskNotices::Impl::tell(const notify::Entry& entry) {
    const clock::WallTime now = clock::system_clock().now();
    const auto silence =
        settings.notify.repeat_after -
        std::min(k_most_slack, settings.notify.repeat_after / 20);
    std::vector<ToldBefore> told = file.read();
    std::erase_if(told, [&](const ToldBefore& one) {
        return one.level < entry.level || one.at > now ||
               now - one.at >= silence;
    });
    std::vector<std::string> silent;
    silent.reserve(told.size());
    for (const ToldBefore& one : told) {
        silent.push_back(one.channel);
    }
    notify::Report report = speaker().tell(entry, silent);
    count_messages(context, report);
    for (const notify::ChannelReport& channel : report.channels) {
        if (!channel.failure) {
            told.push_back({channel.channel, entry.level, now});
        }
    }
    keep(told);
    return report;
}

void TaskNotices::Impl::keep(const std::vector<ToldBefore>& told) const {
    try {
        file.write(told);
    } catch (const Error& error) {
        log::warning("who was told of the failure is not remembered",
                     {{"reason", error.what()}});
    }
}

TaskNotices::TaskNotices(const config::SharedSettings& settings,
                         std::string topic, const std::string& program)
    : m_impl(new Impl{settings, std::move(topic), program}) {}

TaskNotices::~TaskNotices() = default;

notify::Report TaskNotices::failed(Trouble trouble, Severity severity,
                                   const Database& database) {
    db::Connection* const session =
        m_impl->prepare(trouble, severity, database);
    if (session != nullptr) {
        return m_impl->announce(*session);
    }
    notify::Entry entry = entry_of(m_impl->topic, severity, trouble,
                                   m_impl->settings.run.timezone);
    // Receivers drop a message whose id they know.
    entry.told = clock::format_utc(clock::system_clock().now());
    return m_impl->tell(entry);
}

notify::Report TaskNotices::succeeded(db::Connection& database) {
    {
        const BriefWatchdog watchdog{database, k_database_limit};
        m_impl->remember(database);
        if (!db::is_open(database, k_source, m_impl->topic)) {
            return {};
        }
        db::create_conditions(database);
    }
    return m_impl->announce(database);
}

bool TaskNotices::has_route(Severity severity) {
    return m_impl->speaker().has_route(severity);
}

const metrics::Deltas& TaskNotices::deltas() const {
    return m_impl->context.deltas();
}

std::optional<Severity> severity_of(const std::string& notify) {
    for (const Severity severity :
         {Severity::reminder, Severity::urgent, Severity::critical}) {
        if (notify == notify::name_of(severity)) {
            return severity;
        }
    }
    return {};
}

void forget_trouble(const std::filesystem::path& state,
                    const std::string& topic) {
    ToldFile{state, topic}.forget();
}

}  // namespace lark_batch::run
