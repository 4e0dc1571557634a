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
};

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

Report Announcer::announce(db::Connection& connection,
                           const std::vector<std::string>& examined,
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

}  // namespace lark_batch::notify
