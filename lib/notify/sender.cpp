#include "lib/notify/sender.hpp"

#include "lib/notify/bot.hpp"
#include "lib/notify/hook.hpp"
#include "lib/notify/mailer.hpp"
#include "lib/notify/webhook.hpp"

namespace lark_batch::notify {

namespace {

using errors::Error;
using errors::Kind;

// What is wrong with one message may be right with the next.
Reach reach_of(const Error& error) {
    return error.kind() == Kind::failed || error.kind() == Kind::bug
               ? Reach::digest
               : Reach::channel;
}

}  // namespace

void send_each(std::vector<Parcel>& parcels,
               const std::function<void(const Digest&)>& send_part) {
    std::optional<Error> closed;
    for (Parcel& parcel : parcels) {
        try {
            while (!closed && !parcel.done()) {
                send_part(parcel.parts[parcel.accepted]);
                ++parcel.accepted;
            }
        } catch (const Error& error) {
            parcel.failure = error;
            parcel.reach = reach_of(error);
            if (parcel.reach == Reach::channel) {
                closed = error;
            }
        }
        if (closed && !parcel.done()) {
            parcel.failure = closed;
            parcel.reach = Reach::channel;
        }
    }
}

std::unique_ptr<Sender> make_sender(const config::ChannelSettings& channel,
                                    const Courier& courier) {
    if (channel.kind == "lark_bot") {
        return std::make_unique<BotSender>(channel, courier);
    }
    if (channel.kind == "lark_webhook") {
        return std::make_unique<HookSender>(channel, courier);
    }
    if (channel.kind == "webhook") {
        return std::make_unique<WebhookSender>(channel, courier);
    }
    if (channel.kind == "email") {
        return std::make_unique<MailSender>(channel, courier);
    }
    throw Error{Kind::bug, "channel '" + channel.name +
                               "' is of the unknown kind '" + channel.kind +
                               "'"};
}

}  // namespace lark_batch::notify
