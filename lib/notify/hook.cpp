#include "lib/notify/hook.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/http/retry.hpp"
#include "lib/lark/hook_answer.hpp"
#include "lib/notify/address.hpp"
#include "lib/notify/post.hpp"
#include "lib/notify/render.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/digest.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::notify {

namespace {

using errors::Error;
using errors::Kind;
using Step = HookVerdict::Step;

constexpr long long k_per_second = 5;
constexpr long long k_per_minute = 100;
constexpr std::size_t k_largest_body = 20'000;
constexpr long long k_too_fast = 11232;
constexpr http::RetryPolicy k_policy{6, clock::Duration{1'000},
                                     clock::Duration{30'000},
                                     clock::Duration{120'000}};

struct CodeRow {
    long long code;
    Kind kind;
    const char* hint;
};

constexpr std::array k_rows{
    CodeRow{9499, Kind::bug, ""},
    CodeRow{19001, Kind::config,
            "the hook is unknown: copy its address from the group's settings"},
    CodeRow{19002, Kind::bug, ""},
    CodeRow{19021, Kind::config,
            "check the channel's 'sign' and the machine's clock"},
    CodeRow{19022, Kind::denied,
            "add this machine's public address to the bot's list"},
    CodeRow{19024, Kind::failed,
            "the bot wants a keyword: put it into the 'heading' template"},
    CodeRow{19036, Kind::bug, ""},
};

Error refusal(long long code, const std::string& message) {
    const auto* const row =
        std::find_if(k_rows.begin(), k_rows.end(),
                     [code](const CodeRow& each) { return each.code == code; });
    const bool known = row != k_rows.end();
    return Error{known ? row->kind : Kind::failed,
                 "the hook refused the message with code " +
                     std::to_string(code) + " '" + text::excerpt(message, 200) +
                     "'",
                 known ? row->hint : ""};
}

HookVerdict judge_code(long long code, const std::string& message) {
    if (code == 0) {
        return {Step::accepted};
    }
    if (code == k_too_fast) {
        return {Step::retry,
                Error{Kind::unavailable,
                      "the hook takes no more messages for now (code 11232)",
                      "the next run tries again; others may use this hook, "
                      "too"}};
    }
    return {Step::give_up, refusal(code, message)};
}

}  // namespace

std::string hook_signature(const std::string& timestamp,
                           const text::Secret& key) {
    return text::base64(text::hmac_sha256(timestamp + "\n" + key.reveal(), ""));
}

std::string hook_body(const Digest& part, const std::string& timestamp,
                      const text::Secret& key) {
    text::JsonWriter json;
    json.begin_object();
    if (!key.empty()) {
        json.field("timestamp", timestamp);
        json.field("sign", hook_signature(timestamp, key));
    }
    json.field("msg_type", "interactive");
    json.key("card").raw(card_json(part));
    return json.end_object().str();
}

HookVerdict judge_hook(const http::Response& response) {
    if (response.answered()) {
        const auto answer = lark::read_hook_answer(response.body);
        if (answer.valid) {
            return judge_code(answer.code, answer.msg);
        }
    }
    // Else a repeat might be read twice, because hooks know no ids.
    const bool unsent = never_left(response) || response.status == 429 ||
                        response.status == 503;
    return {unsent ? Step::retry : Step::give_up,
            Error{Kind::unavailable,
                  "the hook " + problem_of(response) +
                      (response.answered() ? " and nothing of Lark's" : "")}};
}

HookSender::HookSender(const config::ChannelSettings& channel, Courier courier)
    : m_url(checked_address(channel)),
      m_key(channel.sign),
      m_courier(std::move(courier)),
      m_windows(k_per_second, k_per_minute) {}

Measure HookSender::measure() const {
    return {k_largest_body, [this](const Digest& part) {
                return hook_body(part, "1700000000", m_key).size();
            }};
}

HookVerdict HookSender::post(const Digest& part) {
    wait_until(m_courier, m_windows.next_start());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(
        m_courier.clock.now().time_since_epoch());
    http::Request request;
    request.method = "POST";
    request.url = m_url.reveal();
    request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    request.body = hook_body(part, std::to_string(seconds.count()), m_key);
    const auto response = ask(m_courier, std::move(request));
    m_windows.started();  // not before: a stop leaves no call open
    m_windows.ended(m_courier.clock.instant());
    return judge_hook(response);
}

void HookSender::send_part(const Digest& part) {
    const auto begin = m_courier.clock.instant();
    for (int attempt = 1;; ++attempt) {
        const HookVerdict verdict = post(part);
        if (verdict.step == Step::accepted) {
            return;
        }
        const auto now = m_courier.clock.instant();
        const auto spent =
            std::chrono::duration_cast<clock::Duration>(now - begin);
        const auto wait =
            http::next_wait(k_policy, attempt, spent, {}, clock::random_seed());
        if (verdict.step == Step::give_up || !wait) {
            throw Error{*verdict.error};
        }
        m_windows.block_until(now + *wait);
    }
}

void HookSender::send(std::vector<Parcel>& parcels) {
    send_each(parcels, [this](const Digest& part) { send_part(part); });
}

}  // namespace lark_batch::notify
