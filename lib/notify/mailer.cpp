#include "lib/notify/mailer.hpp"

#include "lib/notify/post.hpp"

namespace lark_batch::notify {

MailSender::MailSender(const config::ChannelSettings& channel, Courier courier)
    : m_server{channel.smtp,
               channel.tls == "none" ? http::MailTls::none
                                     : http::MailTls::required,
               channel.user, channel.password},
      m_from(text::parse_mailbox(channel.from)),
      m_to(channel.to),
      m_courier(std::move(courier)) {}

Measure MailSender::measure() const {
    // max_entries keeps it far below what servers refuse.
    return {1, [](const Digest&) { return std::size_t{1}; }};
}

std::optional<http::MailFailure> MailSender::post(const Digest& part) const {
    check_time(m_courier);
    const http::Mail mail{
        m_from.address, m_to,
        mail_content(part, m_from, m_to, m_courier.clock.now())};
    return http::send_mail(m_courier.http.settings(), m_server, mail,
                           m_courier.deadline.remaining(), k_patience,
                           m_courier.tick);
}

void MailSender::send_part(const Digest& part) const {
    auto failure = post(part);
    if (failure && failure->worth_repeating) {
        pause(m_courier);
        failure = post(part);
    }
    if (failure) {
        throw errors::Error{failure->error};
    }
}

void MailSender::send(std::vector<Parcel>& parcels) {
    send_each(parcels, [this](const Digest& part) { send_part(part); });
}

}  // namespace lark_batch::notify
