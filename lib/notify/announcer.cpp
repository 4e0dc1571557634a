#include "lib/notify/announcer.hpp"

#include <algorithm>

#include "lib/notify/post.hpp"
#include "lib/notify/turn.hpp"

namespace lark_batch::notify {

namespace {

using errors::Error;

std::vector<int> routed_levels(const config::NotifySettings& settings,
                               const std::string& channel) {
    std::vector<int> levels;
    const auto look = [&](Severity severity, const auto& route) {
        if (std::find(route.begin(), route.end(), channel) != route.end()) {
            levels.push_back(static_cast<int>(severity));
        }
    };
    look(Severity::reminder, settings.reminder);
    look(Severity::urgent, settings.urgent);
    look(Severity::critical, settings.critical);
    return levels;
}

bool hears_of(const Channel& channel, const Entry& entry) {
    const auto& apps = channel.settings->apps;
    return std::ranges::find(channel.levels, entry.level) !=
               channel.levels.end() &&
           (apps.empty() || std::ranges::find(apps, entry.app) != apps.end()) &&
           !writes_to_persons(*channel.settings);
}

}  // namespace

bool Report::complete() const {
    return !failure();
}

long long Report::messages() const {
    long long sum = 0;
    for (const auto& channel : channels) {
        sum += channel.messages;
    }
    return sum;
}

std::optional<Error> Report::failure() const {
    for (const auto& channel : channels) {
        if (channel.failure) {
            return channel.failure;
        }
    }
    return std::nullopt;
}

struct Announcer::Impl {
    const config::NotifySettings& settings;
    Courier courier;
    Templates templates;
    Source source;
    std::vector<Channel> channels;

    ChannelReport tell(const Channel& channel, const Entry& entry) const;
};

ChannelReport Announcer::Impl::tell(const Channel& channel,
                                    const Entry& entry) const {
    const db::NoticeGroup group{
        entry.app, "", {{entry.label, entry.level, entry.kind, 1}}};
    const Audience audience{channel.settings->name,
                            language_of(channel.settings->language)};
    std::vector<Parcel> parcels(1);
    parcels[0].parts =
        split(make_digest(source, templates, audience, group, {entry}),
              channel.sender->measure());
    channel.sender->send(parcels);
    ChannelReport report;
    report.channel = channel.settings->name;
    report.kind = channel.settings->kind;
    report.messages = static_cast<long long>(parcels[0].accepted);
    report.failure = parcels[0].failure;
    if (parcels[0].done()) {
        report.told = {{entry.app, entry.label,
                        static_cast<Severity>(entry.level), entry.kind, 1}};
    } else {
        report.untold = 1;
    }
    return report;
}

Announcer::Announcer(const config::NotifySettings& settings, Courier courier,
                     Source source)
    : m_impl(new Impl{settings,
                      std::move(courier),
                      {settings.templates, source.name},
                      std::move(source),
                      {}}) {
    for (const auto& channel : settings.channels) {
        auto levels = routed_levels(settings, channel.name);
        if (!levels.empty()) {
            m_impl->channels.push_back({&channel, std::move(levels),
                                        make_sender(channel, m_impl->courier)});
        }
    }
}

Announcer::~Announcer() = default;

Report Announcer::announce(db::Connection& connection, const Examined& examined,
                           Mode mode) {
    Report report;
    for (const auto& channel : m_impl->channels) {
        Turn turn{connection,        m_impl->settings, m_impl->source,
                  m_impl->templates, channel,          examined};
        auto told = turn.run(mode);
        if (told.failure && ends_run(*told.failure)) {
            report.ended = told.failure;
        }
        if (told.failure) {
            told.failure =
                told.failure->within("channel '" + told.channel + "'");
        }
        report.channels.push_back(std::move(told));
        if (report.ended) {
            break;
        }
    }
    return report;
}

Report Announcer::tell(const Entry& entry,
                       const std::vector<std::string>& but) {
    Report report;
    for (const auto& channel : m_impl->channels) {
        if (hears_of(channel, entry) &&
            std::ranges::find(but, channel.settings->name) == but.end()) {
            report.channels.push_back(m_impl->tell(channel, entry));
        }
    }
    return report;
}

bool Announcer::has_route(Severity severity) const {
    return std::ranges::any_of(m_impl->channels, [&](const Channel& channel) {
        return std::ranges::find(channel.levels, static_cast<int>(severity)) !=
               channel.levels.end();
    });
}

}  // namespace lark_batch::notify
