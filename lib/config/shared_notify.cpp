#include <memory>

#include "lib/config/checks.hpp"
#include "lib/config/notify_checks.hpp"
#include "lib/config/shared_options.hpp"

namespace lark_batch::config {

namespace {

constexpr const char* k_credentials = "/etc/lark-batch/credentials/";
const text::Milliseconds k_minute{60'000};

bool is_hook(const ChannelSettings& channel) {
    return channel.kind == "lark_webhook" || channel.kind == "webhook";
}

void declare_routes(OptionSet& set, NotifySettings& settings) {
    const auto route = [&](const std::string& severity, Strings& channels) {
        set.add("notify-" + severity, channels)
            .key("notify." + severity)
            .help("channels that hear of what is " +
                  std::string{severity == "reminder" ? "a reminder" : severity})
            .sample("ops")
            .places(Places::file);
    };
    route("reminder", settings.reminder);
    route("urgent", settings.urgent);
    route("critical", settings.critical);
}

void declare_texts(OptionSet& set, NotifySettings& settings) {
    set.add("notify-language", settings.language)
        .key("notify.language")
        .help("language of the texts, where a channel has none of its own")
        .choices({"en", "zh"})
        .places(Places::file);
    set.add("notify-repeat-after", settings.repeat_after)
        .key("notify.repeat_after")
        .help("how long to be silent about what was told and did not change")
        .range(k_minute, k_minute * 60 * 24 * 365)
        .places(Places::file);
    set.add("notify-templates", settings.templates)
        .key("notify.templates")
        .help("folder with texts in place of the built-in ones")
        .check([](const std::string& value) {
            return value.empty() ? std::nullopt : check_folder(value);
        })
        .sample("/etc/lark-batch/templates")
        .places(Places::file);
    set.add("notify-max-entries", settings.max_entries)
        .key("notify.max_entries")
        .help("lines of one digest, before it says how many more there are")
        .range(1, 10'000)
        .places(Places::file);
}

using Wanted = std::function<bool(const ChannelSettings&)>;

// A secret of those kinds of channels for which `wanted` holds.
Option& add_secret(OptionSet& set, ChannelSettings& channel,
                   const std::string& name, text::Secret& target,
                   const NotifySettings& settings, Wanted wanted) {
    return set.add_secret(name, target)
        .credential(
            [&channel, name] { return "channel-" + channel.name + "-" + name; })
        .wanted_when([&channel, &settings, wanted = std::move(wanted)] {
            return settings.wanted && settings.wanted() && wanted(channel);
        });
}

void declare_identity(OptionSet& set, ChannelSettings& channel) {
    set.add("name", channel.name)
        .help("name of ours, in routes and messages")
        .check(check_name)
        .sample("ops")
        .required();
    set.add("kind", channel.kind)
        .help("what it is")
        .choices({"lark_bot", "lark_webhook", "webhook", "email"})
        .sample("lark_webhook")
        .required();
    set.add("language", channel.language)
        .help("language of its texts; that of [notify] unless given")
        .choices({"en", "zh"})
        .sample("zh");
    set.add("apps", channel.apps)
        .help("apps that it hears of; of all unless given")
        .sample("hr-portal");
}

void declare_receivers(OptionSet& set, ChannelSettings& channel) {
    set.add("app", channel.app)
        .help("lark_bot: app whose bot speaks; the notice's own unless given")
        .sample("hr-portal");
    set.add("to", channel.to)
        .help(
            "lark_bot: one of oc_.., ou_.., on_.., a mail address or"
            " 'person', who is concerned; email: the addresses")
        .sample("oc_5ce6d572455d361153b7cb51da133945");
}

void declare_hook(OptionSet& set, ChannelSettings& channel,
                  const NotifySettings& settings) {
    add_secret(set, channel, "url", channel.url, settings, is_hook)
        .help("lark_webhook, webhook: the address, which holds a token")
        .sample(std::string{k_credentials} + "channel-ops-url")
        .required();
    add_secret(set, channel, "sign", channel.sign, settings,
               [](const auto& known) { return known.kind == "lark_webhook"; })
        .help("lark_webhook: key of its signature, where it asks for one")
        .sample(std::string{k_credentials} + "channel-ops-sign");
    add_secret(set, channel, "bearer", channel.bearer, settings,
               [](const auto& known) { return known.kind == "webhook"; })
        .help("webhook: token for its Authorization header, if any")
        .sample(std::string{k_credentials} + "channel-ops-bearer");
}

void declare_mail(OptionSet& set, ChannelSettings& channel,
                  const NotifySettings& settings) {
    set.add("smtp", channel.smtp)
        .help("email: the server, smtp:// with STARTTLS or smtps://")
        .check(check_mail_server)
        .sample("smtp://mail.example.com:587");
    set.add("tls", channel.tls)
        .help("email: none is for a server on this machine only")
        .choices({"required", "none"});
    set.add("user", channel.user)
        .help("email: name for the server, where it asks for one")
        .sample("lark-batch");
    add_secret(set, channel, "password", channel.password, settings,
               [](const auto& known) {
                   return known.kind == "email" && !known.user.empty();
               })
        .help("email: password for the server")
        .sample(std::string{k_credentials} + "channel-ops-password")
        .required();
    set.add("from", channel.from)
        .help("email: the sender, an address or 'Name <address>'")
        .sample("lark-batch <lark-batch@example.com>");
}

}  // namespace

void declare_notify(OptionSet& set, NotifySettings& settings,
                    const AppsSettings& apps) {
    set.group("Notices");
    declare_texts(set, settings);
    declare_routes(set, settings);
    set.after_loading([&settings] { return check_routes(settings); });
    set.after_loading(
        [&settings, &apps] { return check_channel_apps(settings, apps); });
    const auto shown = std::make_shared<ChannelSettings>();
    set.add_tables("channel", "where notices go",
                   [&settings, shown](OptionSet& entry) {
                       ChannelSettings& channel =
                           entry.is_description()
                               ? *shown
                               : settings.channels.emplace_back();
                       declare_identity(entry, channel);
                       declare_receivers(entry, channel);
                       declare_hook(entry, channel, settings);
                       declare_mail(entry, channel, settings);
                       entry.after_loading([&channel, &settings, &entry] {
                           return complete_channel(channel, settings, entry);
                       });
                   })
        .unique("name");
}

}  // namespace lark_batch::config
