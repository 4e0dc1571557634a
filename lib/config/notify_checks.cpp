#include "lib/config/notify_checks.hpp"

#include <algorithm>
#include <utility>

#include "lib/config/checks.hpp"
#include "lib/text/mailbox.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

Problem wrong(const std::string& message, std::string hint = {}) {
    return {"", 0, 0, message, std::move(hint), errors::Kind::config};
}

std::string named(const ChannelSettings& channel) {
    return "channel '" + channel.name + "'";
}

void append(Found& found, Found more) {
    for (auto& problem : more) {
        found.push_back(std::move(problem));
    }
}

bool contains(const Strings& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// What a value may be that is a person's, a chat's or everybody's own.
bool is_receiver(const std::string& to) {
    return to == "person" || to.starts_with("oc_") || to.starts_with("ou_") ||
           to.starts_with("on_") || !check_mail_address(to);
}

// What other kinds need is ignored: the sample file shows all keys at once.
std::vector<std::pair<std::string, bool>> needed_keys(
    const ChannelSettings& channel) {
    const std::pair<std::string, bool> to{"to", channel.to.empty()};
    if (channel.kind == "lark_bot") {
        return {to};
    }
    if (channel.kind == "email") {
        return {
            to, {"smtp", channel.smtp.empty()}, {"from", channel.from.empty()}};
    }
    return {};
}

// Somebody wrote it and was told that it is wrong: nothing lacks.
bool is_refused(const Option& option) {
    return option.given() && option.origin().place == Origin::Place::built_in;
}

Found check_keys(const ChannelSettings& channel, OptionSet& entry) {
    Found found;
    for (const auto& [key, lacks] : needed_keys(channel)) {
        if (lacks && !is_refused(*entry.find(key))) {
            found.push_back(wrong(named(channel) + " of kind '" + channel.kind +
                                  "' needs '" + key + "'"));
        }
    }
    return found;
}

// An open_id is that of one app alone, others know the person by another one.
Found check_speaker(const ChannelSettings& channel) {
    const std::string& to = channel.to.front();
    if (to == "person" && !channel.app.empty() &&
        channel.apps != Strings{channel.app}) {
        return {wrong(named(channel) + " lets app '" + channel.app +
                          "' write to the person concerned by notices of "
                          "other apps",
                      "open_ids differ from app to app: leave 'app' out, or "
                      "set apps = ['" +
                          channel.app + "']")};
    }
    if (to.starts_with("ou_") && channel.app.empty() &&
        channel.apps.size() != 1) {
        return {wrong(
            named(channel) + " has an open_id in 'to' and does not say whose",
            "open_ids differ from app to app: name the one in "
            "'app'")};
    }
    return {};
}

Found check_bot(const ChannelSettings& channel) {
    if (channel.to.empty()) {
        return {};
    }
    if (channel.to.size() > 1) {
        return {
            wrong(named(channel) + " has more than one receiver in 'to'",
                  "give each receiver a channel of its own, or use a chat")};
    }
    if (!is_receiver(channel.to.front())) {
        return {wrong(named(channel) + " has an unknown receiver in 'to'",
                      "use a chat (oc_..), a person (ou_.., on_.., a mail "
                      "address) or 'person'")};
    }
    return check_speaker(channel);
}

Found check_addresses(const ChannelSettings& channel) {
    Found found;
    for (const auto& address : channel.to) {
        if (const auto verdict = check_mail_address(address)) {
            found.push_back(
                wrong(named(channel) + ": each of 'to' " + *verdict));
        }
    }
    const auto verdict =
        check_mail_address(text::parse_mailbox(channel.from).address);
    if (!channel.from.empty() && verdict) {
        found.push_back(wrong(named(channel) + ": 'from' " + *verdict));
    }
    return found;
}

Found check_encryption(const ChannelSettings& channel) {
    if (channel.tls != "none" || channel.smtp.empty()) {
        return {};
    }
    if (channel.smtp.starts_with("smtps:")) {
        return {wrong(named(channel) + " asks for smtps with tls = 'none'")};
    }
    if (!is_on_this_machine(channel.smtp)) {
        return {wrong(named(channel) + " must use TLS with a server elsewhere",
                      "leave tls out: only this machine is spoken to "
                      "without")};
    }
    return {};
}

Found check_names(const Strings& given, const Strings& known,
                  const std::string& before) {
    Found found;
    for (const auto& name : given) {
        if (!contains(known, name)) {
            const auto near = text::nearest(name, known);
            found.push_back(
                wrong(text::join(Strings{before, "'" + name + "'"}, " "),
                      near ? "did you mean '" + *near + "'?" : ""));
        }
    }
    return found;
}

}  // namespace

bool NotifySettings::routes_to(const std::string& channel) const {
    return contains(reminder, channel) || contains(urgent, channel) ||
           contains(critical, channel);
}

bool NotifySettings::speaks_through(const std::string& app) const {
    return wanted && wanted() &&
           std::any_of(channels.begin(), channels.end(),
                       [&](const ChannelSettings& channel) {
                           return channel.kind == "lark_bot" &&
                                  channel.app == app && routes_to(channel.name);
                       });
}

Found complete_channel(ChannelSettings& channel, const NotifySettings& settings,
                       OptionSet& entry) {
    if (channel.language.empty()) {
        channel.language = settings.language;
    }
    Found found = check_keys(channel, entry);
    if (channel.kind == "lark_bot") {
        append(found, check_bot(channel));
    } else if (channel.kind == "email") {
        append(found, check_addresses(channel));
        append(found, check_encryption(channel));
    }
    return found;
}

Found check_routes(const NotifySettings& settings) {
    Strings names;
    for (const auto& channel : settings.channels) {
        names.push_back(channel.name);
    }
    Found found;
    for (const auto& [key, route] :
         {std::pair{"reminder", &settings.reminder},
          std::pair{"urgent", &settings.urgent},
          std::pair{"critical", &settings.critical}}) {
        append(found, check_names(*route, names,
                                  std::string{"notify."} + key +
                                      " names the unknown channel"));
    }
    for (const auto& channel : settings.channels) {
        if (!channel.name.empty() && !settings.routes_to(channel.name)) {
            found.push_back(wrong(named(channel) + " is in no route",
                                  "name it in notify.reminder, notify.urgent "
                                  "or notify.critical"));
        }
    }
    return found;
}

Found check_channel_apps(const NotifySettings& settings,
                         const AppsSettings& apps) {
    Strings names;
    for (const auto& app : apps.all) {
        names.push_back(app.name);
    }
    Found found;
    for (const auto& channel : settings.channels) {
        const std::string before = named(channel) + " names the unknown app";
        append(found, check_names(channel.apps, names, before));
        if (!channel.app.empty()) {
            append(found, check_names({channel.app}, names, before));
        }
    }
    return found;
}

}  // namespace lark_batch::config
