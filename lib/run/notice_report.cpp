#include "lib/run/notice_report.hpp"

#include <fmt/format.h>

#include "lib/metrics/names.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::run {

namespace {

long long told_in(const notify::ChannelReport& channel) {
    long long count = 0;
    for (const notify::Told& told : channel.told) {
        count += told.count;
    }
    return count;
}

std::string channel_line(const notify::ChannelReport& channel, bool dry_run) {
    std::string line =
        fmt::format("{}: {} {} in {} message{}", channel.channel,
                    told_in(channel), dry_run ? "to be told" : "told",
                    channel.messages, channel.messages == 1 ? "" : "s");
    if (channel.undeliverable > 0) {
        line += fmt::format(", {} not deliverable to their person",
                            channel.undeliverable);
    }
    if (channel.failure) {
        line += fmt::format(", failed: {}", channel.failure->what());
    }
    return line + "\n";
}

}  // namespace

std::string notices_json(const notify::Report& report) {
    text::JsonWriter json;
    json.begin_array();
    for (const notify::ChannelReport& channel : report.channels) {
        json.begin_object().field("channel", channel.channel);
        json.field("kind", channel.kind).field("messages", channel.messages);
        json.field("told", told_in(channel)).field("untold", channel.untold);
        json.field("undeliverable", channel.undeliverable);
        if (channel.failure) {
            json.field("error", channel.failure->what());
        }
        json.end_object();
    }
    return json.end_array().str();
}

std::string notices_text(const notify::Report& report, bool dry_run) {
    std::string text;
    for (const notify::ChannelReport& channel : report.channels) {
        text += channel_line(channel, dry_run);
    }
    return text;
}

void count_messages(Context& context, const notify::Report& report) {
    for (const notify::ChannelReport& channel : report.channels) {
        const auto add = [&](const char* status, long long number) {
            context.deltas().add(
                metrics::k_notify_messages,
                {{"channel", channel.channel}, {"status", status}},
                static_cast<double>(number));
        };
        add("accepted", channel.messages);
        add("failed", channel.failure ? 1 : 0);
    }
}

}  // namespace lark_batch::run
