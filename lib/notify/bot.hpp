// A Lark bot that writes to a chat or a person: im/v1/messages.
// https://open.larksuite.com/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "lib/lark/rate_windows.hpp"
#include "lib/notify/sender.hpp"

namespace lark_batch::notify {

// "chat_id" of "oc_..", "open_id" of "ou_..", "union_id" of "on_..", "email"
// of an address, else "user_id".
std::string_view receive_id_type(std::string_view receiver);

// The request's body: the card is JSON within a JSON string.
std::string bot_body(const Digest& part, const std::string& receiver);

class BotSender : public Sender {
public:
    BotSender(const config::ChannelSettings& channel, Courier courier);

    Measure measure() const override;
    void send(std::vector<Parcel>& parcels) override;

private:
    struct Batch;

    const std::string& receiver_of(const Digest& part) const;
    lark::Client& client_of(const Digest& digest) const;
    bool send_round(std::vector<Parcel>& parcels);
    void add(const std::shared_ptr<Batch>& batch, Parcel& parcel);
    std::optional<errors::Error> run(const std::shared_ptr<Batch>& batch) const;
    void take(const Batch& batch);
    void note(Parcel& parcel, const lark::Failure& failure) const;
    lark::RateWindows& windows_of(const std::string& receiver);
    void forget_idle_windows();

    std::string m_channel;
    std::string m_app;  // empty: the notice's own
    std::string m_to;   // "person": the one concerned
    Courier m_courier;
    // Of receivers who got something within the last second.
    std::map<std::string, lark::RateWindows> m_windows;
};

}  // namespace lark_batch::notify
