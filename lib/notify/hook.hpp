// A custom bot's webhook: signed, slow, and always answered with HTTP 200, so
// that only the body tells.
// https://open.larksuite.com/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN
#pragma once

#include <string>

#include "lib/http/http.hpp"
#include "lib/lark/rate_windows.hpp"
#include "lib/notify/sender.hpp"

namespace lark_batch::notify {

// The timestamp (Unix seconds) and the key make the HMAC's key, the message
// is empty.
std::string hook_signature(const std::string& timestamp,
                           const text::Secret& key);

// `timestamp` counts only with a key.
std::string hook_body(const Digest& part, const std::string& timestamp,
                      const text::Secret& key);

// What an answer means.
struct HookVerdict {
    enum class Step { accepted, retry, give_up };
    Step step = Step::give_up;
    std::optional<errors::Error> error{};  // unless accepted
};
HookVerdict judge_hook(const http::Response& response);

class HookSender : public Sender {
public:
    // Throws as make_sender() does.
    HookSender(const config::ChannelSettings& channel, Courier courier);

    Measure measure() const override;
    void send(std::vector<Parcel>& parcels) override;

private:
    void send_part(const Digest& part);
    HookVerdict post(const Digest& part);

    text::Secret m_url;
    text::Secret m_key;
    Courier m_courier;
    lark::RateWindows m_windows;
};

}  // namespace lark_batch::notify
