// Any other program that takes JSON by POST.
#pragma once

#include "lib/notify/sender.hpp"

namespace lark_batch::notify {

class WebhookSender : public Sender {
public:
    // Throws as make_sender() does.
    WebhookSender(const config::ChannelSettings& channel, Courier courier);

    Measure measure() const override;
    void send(std::vector<Parcel>& parcels) override;

private:
    void send_part(const Digest& part) const;
    http::Response post(const Digest& part) const;

    text::Secret m_url;
    text::Secret m_bearer;
    Courier m_courier;
};

}  // namespace lark_batch::notify
