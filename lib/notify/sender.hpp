// How a channel's messages leave. One sender a channel.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "lib/config/shared_options.hpp"
#include "lib/errors/error.hpp"
#include "lib/notify/courier.hpp"
#include "lib/notify/digest.hpp"

namespace lark_batch::notify {

// What a failure ends beside its own digest.
enum class Reach {
    digest,   // nothing: the next one may be accepted
    app,      // all digests about that app
    channel,  // all: nobody answers, or we are refused as such
};

// A digest on its way: its parts go one after the other, and the first one
// that is not accepted ends it.
struct Parcel {
    std::vector<Digest> parts;
    std::size_t accepted = 0;
    std::optional<errors::Error> failure{};
    Reach reach = Reach::digest;
    // The receiver cannot be reached at all: sending again soon is no use.
    bool undeliverable = false;

    bool done() const { return accepted == parts.size(); }
};

class Sender {
public:
    virtual ~Sender() = default;

    // What the channel takes as one message.
    virtual Measure measure() const = 0;

    // Sends all parcels and notes in each what became of it. Throws nothing
    // but what is no matter of the channel: Error(stopped) and Error(timeout)
    // of the courier's tick and deadline are noted as failures, too. A part
    // that is on its way when they come is waited for, and counts.
    virtual void send(std::vector<Parcel>& parcels) = 0;
};

// For channels with one receiver: `send_part` throws why a part was not
// accepted. What would end every other parcel, too (nobody answers, or we are
// refused), is noted in all that are left without being tried.
void send_each(std::vector<Parcel>& parcels,
               const std::function<void(const Digest&)>& send_part);

// The sender of that kind. Throws Error(config) for an address that is no
// https URL (plain http is for this machine itself), without repeating it.
std::unique_ptr<Sender> make_sender(const config::ChannelSettings& channel,
                                    const Courier& courier);

}  // namespace lark_batch::notify
