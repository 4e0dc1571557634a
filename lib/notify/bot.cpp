#include "lib/notify/bot.hpp"

#include <algorithm>
#include <array>

#include "lib/notify/post.hpp"
#include "lib/notify/render.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::notify {

namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_api = "/open-apis/im/v1/messages";
// The limit of 30 KB is the card's; the whole body is counted, in which the
// card is escaped once more, because it is not said where they count.
constexpr std::size_t k_largest_body = 30'000;

// To one person or chat.
constexpr long long k_per_second = 5;

// Not in the app's availability, resigned, no such id, bot stopped by the
// person: that is how it stays.
constexpr std::array<long long, 4> k_unreachable{230013, 230029, 230034,
                                                 230053};
// The chat's or the person's matter, not the app's: the bot is out of the
// chat, forbidden there, muted or blocked.
constexpr std::array<long long, 3> k_of_receiver{230002, 230018, 230035};

template <std::size_t Count>
bool is_one_of(const std::array<long long, Count>& codes, long long code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

// Lives as long as its calls: the client may keep some of a run that was
// ended by an exception. They must not touch parcels then.
struct BotSender::Batch {
    struct Sent {
        Parcel* parcel = nullptr;
        std::string receiver;
        bool accepted = false;
        std::optional<lark::Failure> failure{};
    };

    std::vector<Sent> sent;
    std::vector<lark::Client*> clients;  // each once
    bool closed = false;
};

std::string_view receive_id_type(std::string_view receiver) {
    if (receiver.starts_with("oc_")) {
        return "chat_id";
    }
    if (receiver.starts_with("ou_")) {
        return "open_id";
    }
    if (receiver.starts_with("on_")) {
        return "union_id";
    }
    return receiver.find('@') != receiver.npos ? "email" : "user_id";
}

std::string bot_body(const Digest& part, const std::string& receiver) {
    text::JsonWriter json;
    json.begin_object().field("receive_id", receiver);
    json.field("msg_type", "interactive");
    json.field("content", card_json(part));
    return json.field("uuid", part.id()).end_object().str();
}

BotSender::BotSender(const config::ChannelSettings& channel, Courier courier)
    : m_channel(channel.name),
      m_app(channel.app),
      m_to(channel.to.empty() ? "" : channel.to.front()),
      m_courier(std::move(courier)) {}

Measure BotSender::measure() const {
    return {k_largest_body, [](const Digest& part) {
                // Ids of receivers are shorter than that.
                return bot_body(part, std::string(64, 'x')).size();
            }};
}

const std::string& BotSender::receiver_of(const Digest& part) const {
    return m_to == "person" ? part.person : m_to;
}

lark::Client& BotSender::client_of(const Digest& digest) const {
    const std::string& app = m_app.empty() ? digest.app : m_app;
    if (app.empty()) {
        throw Error{Kind::config,
                    "the notice is about no app, so no bot can speak",
                    "give channel '" + m_channel + "' an 'app'"};
    }
    return m_courier.lark(app);
}

lark::RateWindows& BotSender::windows_of(const std::string& receiver) {
    return m_windows.try_emplace(receiver, k_per_second, 0).first->second;
}

void BotSender::forget_idle_windows() {
    const auto now = m_courier.clock.instant();
    std::erase_if(m_windows, [now](const auto& each) {
        return each.second.room(now) == std::size_t{k_per_second};
    });
}

void BotSender::note(Parcel& parcel, const lark::Failure& failure) const {
    const Kind kind = failure.error.kind();
    parcel.failure = failure.error;
    parcel.undeliverable =
        m_to == "person" && is_one_of(k_unreachable, failure.code);
    if (kind == Kind::unavailable) {
        parcel.reach = Reach::channel;
    } else if ((kind == Kind::denied || kind == Kind::config) &&
               !parcel.undeliverable &&
               !is_one_of(k_of_receiver, failure.code)) {
        parcel.reach = m_app.empty() ? Reach::app : Reach::channel;
    }
}

void BotSender::add(const std::shared_ptr<Batch>& batch, Parcel& parcel) {
    const Digest& part = parcel.parts[parcel.accepted];
    lark::Client& client = client_of(part);
    const std::string& receiver = receiver_of(part);
    lark::Call call;
    call.api = k_api;
    call.path = k_api;
    call.query = {{"receive_id_type", std::string{receive_id_type(receiver)}}};
    call.body = bot_body(part, receiver);
    auto& clients = batch->clients;
    if (std::find(clients.begin(), clients.end(), &client) == clients.end()) {
        clients.push_back(&client);
    }
    const std::size_t number = batch->sent.size();
    batch->sent.push_back({&parcel, receiver});
    windows_of(receiver).started();
    client.post(
        std::move(call),
        [batch, number](const lark::Client::Data&) {
            batch->sent[number].accepted = !batch->closed;
        },
        [batch, number](const lark::Failure& failure) {
            if (!batch->closed) {
                batch->sent[number].failure = failure;
            }
        });
}

// What ended it early, if anything did: what was begun is waited for.
std::optional<Error> BotSender::run(const std::shared_ptr<Batch>& batch) const {
    PatientTick tick{m_courier};
    std::optional<Error> ended;
    for (lark::Client* client : batch->clients) {
        try {
            if (!ended) {
                client->run([&tick] { tick(); });
                ended = tick.ended();
            }
        } catch (const Error& error) {
            if (!ends_run(error)) {
                throw;
            }
            ended = error;
        }
    }
    batch->closed = true;
    return ended;
}

void BotSender::take(const Batch& batch) {
    const auto now = m_courier.clock.instant();
    for (const auto& sent : batch.sent) {
        windows_of(sent.receiver).ended(now);
        if (sent.accepted) {
            ++sent.parcel->accepted;
        } else if (sent.failure) {
            note(*sent.parcel, *sent.failure);
        }
    }
}

// One part of as many parcels as may go now, and waits for their answers; few
// enough that a stop finds hardly any that are still queued. False when no
// parcel has a part left.
bool BotSender::send_round(std::vector<Parcel>& parcels) {
    check_time(m_courier);
    forget_idle_windows();
    const std::size_t most = m_courier.http.settings().max_connections;
    const auto batch = std::make_shared<Batch>();
    const auto now = m_courier.clock.instant();
    auto next = clock::Instant::max();
    for (Parcel& parcel : parcels) {
        if (parcel.done() || parcel.failure) {
            continue;
        }
        auto& windows = windows_of(receiver_of(parcel.parts[parcel.accepted]));
        if (windows.room(now) == 0) {
            next = std::min(next, windows.next_start());
        } else if (batch->sent.size() < most) {
            try {
                add(batch, parcel);
            } catch (const Error& error) {
                parcel.failure = error;
                parcel.reach = m_app.empty() ? Reach::app : Reach::channel;
            }
        }
    }
    if (batch->sent.empty()) {
        if (next != clock::Instant::max()) {
            wait_until(m_courier, next);
        }
        return next != clock::Instant::max();
    }
    const auto ended = run(batch);
    take(*batch);
    if (ended) {
        throw Error{*ended};
    }
    return true;
}

void BotSender::send(std::vector<Parcel>& parcels) {
    try {
        while (send_round(parcels)) {
        }
    } catch (const Error& error) {
        if (!ends_run(error)) {
            throw;
        }
        for (Parcel& parcel : parcels) {
            if (!parcel.done() && !parcel.failure) {
                parcel.failure = error;
                parcel.reach = Reach::channel;
            }
        }
    }
}

}  // namespace lark_batch::notify
