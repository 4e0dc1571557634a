// Mail to fixed addresses.
#pragma once

#include <string>
#include <vector>

#include "lib/http/smtp.hpp"
#include "lib/notify/mail.hpp"
#include "lib/notify/sender.hpp"

namespace lark_batch::notify {

class MailSender : public Sender {
public:
    MailSender(const config::ChannelSettings& channel, Courier courier);

    Measure measure() const override;
    void send(std::vector<Parcel>& parcels) override;

private:
    void send_part(const Digest& part) const;
    std::optional<http::MailFailure> post(const Digest& part) const;

    http::MailServer m_server;
    text::Mailbox m_from;
    std::vector<std::string> m_to;
    Courier m_courier;
};

}  // namespace lark_batch::notify
