#include "tools/lark-healthcheck/worker.hpp"

#include <pthread.h>

#include <csignal>
#include <memory>
#include <utility>

#include "lib/errors/error.hpp"

namespace lark_batch::healthcheck {

namespace {

// Enough for the resolver and for TLS; a thousand threads of the default
// eight megabytes would not fit everywhere.
constexpr std::size_t k_stack = 512u << 10;

struct Order {
    const BlockingKind* kind;
    Surroundings around;  // its own: it may outlive the run
    clock::Deadline deadline;
    std::shared_ptr<Desk> desk;
    Ticket ticket;
};

State state_for(errors::Kind kind) {
    switch (kind) {
        case errors::Kind::usage:
        case errors::Kind::config:
        case errors::Kind::bug:
            return State::unknown;
        default:
            return State::critical;
    }
}

void* work(void* argument) {
    const std::unique_ptr<Order> order{static_cast<Order*>(argument)};
    // No answer in time is judged by who waits for it.
    bool late = false;
    Finding finding = finding_of([&] {
        try {
            return order->kind->probe(order->around, order->deadline);
        } catch (const errors::Error& error) {
            late = error.kind() == errors::Kind::timeout;
            throw;
        }
    });
    Slip slip{order->ticket, std::nullopt, true};
    if (!late) {
        slip.finding = std::move(finding);
    }
    order->desk->put(std::move(slip));
    return nullptr;
}

// A thread inherits the mask of the one that starts it.
bool start_deaf(pthread_attr_t& attributes, Order* order) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread{};
    const bool started =
        pthread_create(&thread, &attributes, &work, order) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return started;
}

}  // namespace

Finding finding_of(const std::function<Finding()>& look) {
    Finding trouble;
    try {
        return look();
    } catch (const errors::Error& error) {
        trouble.note(state_for(error.kind()), error.what());
    } catch (const std::exception& fault) {
        trouble.note(State::unknown,
                     std::string{"unexpected: "} + fault.what());
    }
    return trouble;
}

bool start_worker(const BlockingKind& kind, const Surroundings& around,
                  clock::Deadline deadline, const std::shared_ptr<Desk>& desk,
                  Ticket ticket) {
    auto order =
        std::make_unique<Order>(Order{&kind, around, deadline, desk, ticket});
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, k_stack);
    const bool started = start_deaf(attributes, order.get());
    if (started) {
        // The thread owns it now.
        static_cast<void>(order.release());
    }
    pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace lark_batch::healthcheck
