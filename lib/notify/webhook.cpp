#include "lib/notify/webhook.hpp"

#include "lib/notify/address.hpp"
#include "lib/notify/post.hpp"
#include "lib/notify/render.hpp"

namespace lark_batch::notify {

namespace {

using errors::Error;
using errors::Kind;

// What most servers take without being told to take more.
constexpr std::size_t k_largest_body = 900'000;

Error error_of(const http::Response& response) {
    const bool refused = response.status == 401 || response.status == 403;
    const bool ours = response.status >= 400 && response.status < 500 &&
                      response.status != 408 && response.status != 429;
    return Error{refused ? Kind::denied
                 : ours  ? Kind::failed
                         : Kind::unavailable,
                 "the webhook " + problem_of(response),
                 refused ? "check the channel's 'bearer'" : ""};
}

bool is_accepted(const http::Response& response) {
    return response.answered() && response.status >= 200 &&
           response.status <= 299;
}

// The id tells a server that took it all the same that it has it.
bool is_worth_repeating(const http::Response& response) {
    return never_left(response) || response.status == 429 ||
           response.status >= 500;
}

}  // namespace

WebhookSender::WebhookSender(const config::ChannelSettings& channel,
                             Courier courier)
    : m_url(checked_address(channel)),
      m_bearer(channel.bearer),
      m_courier(std::move(courier)) {}

Measure WebhookSender::measure() const {
    return {k_largest_body, [](const Digest& part) {
                return object_json(part, std::string(24, 'x')).size();
            }};
}

http::Response WebhookSender::post(const Digest& part) const {
    http::Request request;
    request.method = "POST";
    request.url = m_url.reveal();
    request.headers = {{"Content-Type", "application/json; charset=utf-8"},
                       {"Idempotency-Key", part.id()}};
    if (!m_bearer.empty()) {
        request.headers.emplace_back("Authorization",
                                     "Bearer " + m_bearer.reveal());
    }
    request.body = object_json(part, clock::format_utc(m_courier.clock.now()));
    return ask(m_courier, std::move(request));
}

void WebhookSender::send_part(const Digest& part) const {
    auto response = post(part);
    if (is_worth_repeating(response)) {
        pause(m_courier);
        response = post(part);
    }
    if (!is_accepted(response)) {
        throw error_of(response);
    }
}

void WebhookSender::send(std::vector<Parcel>& parcels) {
    send_each(parcels, [this](const Digest& part) { send_part(part); });
}

}  // namespace lark_batch::notify
