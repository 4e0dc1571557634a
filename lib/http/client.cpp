#include <curl/curl.h>

#include <algorithm>
#include <new>
#include <optional>

#include "lib/errors/error.hpp"
#include "lib/http/http.hpp"
#include "lib/http/reactor.hpp"
#include "lib/http/transfer.hpp"

namespace lark_batch::http {

namespace {

using clock::Duration;
using clock::Instant;

struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

// Not before the first client: a program that only prints its version must
// not pay for OpenSSL's tables. Certificates are read later still, by the
// first https connection.
CURLM* new_multi() {
    static const CURLcode loaded = curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* const multi = loaded == CURLE_OK ? curl_multi_init() : nullptr;
    if (multi == nullptr) {
        throw errors::Error{errors::Kind::failed, "cannot load libcurl"};
    }
    return multi;
}

Instant now() {
    return clock::system_clock().instant();
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

struct Client::Impl {
    explicit Impl(Settings chosen);
    ~Impl();

    Transfer& idle_transfer();
    void start(Request request, Done done);
    void add(Transfer& transfer) const;
    bool deliver();
    void finish(Transfer& transfer, CURLcode result);
    void step(Duration wait);

    Settings settings;
    std::unique_ptr<CURLM, FreeMulti> multi;
    Reactor reactor;
    std::vector<std::unique_ptr<Transfer>> transfers;
    std::vector<Transfer*> idle;
    std::vector<std::string> spare_bodies;
    std::vector<CURL*> running;
};

Client::Impl::Impl(Settings chosen)
    : settings(std::move(chosen)), multi(new_multi()), reactor(multi.get()) {
    const long limit = static_cast<long>(settings.max_connections);
    (curl_multi_setopt)(multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, limit);
    // The idle connections that are kept; libcurl's own limit would shrink
    // and grow with the number of requests in flight.
    (curl_multi_setopt)(multi.get(), CURLMOPT_MAXCONNECTS, std::max(limit, 8L));
}

Client::Impl::~Impl() {
    // The handles go before the multi handle, the callbacks before both.
    for (CURL* handle : running) {
        curl_multi_remove_handle(multi.get(), handle);
    }
    transfers.clear();
    multi.reset();
}

Transfer& Client::Impl::idle_transfer() {
    if (idle.empty()) {
        transfers.push_back(std::make_unique<Transfer>(settings));
        return *transfers.back();
    }
    Transfer& transfer = *idle.back();
    idle.pop_back();
    return transfer;
}

void Client::Impl::start(Request request, Done done) {
    Transfer& transfer = idle_transfer();
    std::string body;
    if (!spare_bodies.empty()) {
        body = std::move(spare_bodies.back());
        spare_bodies.pop_back();
    }
    transfer.prepare(std::move(request), std::move(done), std::move(body));
    add(transfer);
    running.push_back(transfer.handle());
}

void Client::Impl::add(Transfer& transfer) const {
    if (curl_multi_add_handle(multi.get(), transfer.handle()) != CURLM_OK) {
        throw std::bad_alloc{};
    }
}

void Client::Impl::finish(Transfer& transfer, CURLcode result) {
    curl_multi_remove_handle(multi.get(), transfer.handle());
    if (transfer.follows() && transfer.goes_elsewhere(result)) {
        add(transfer);
        return;
    }
    std::erase(running, transfer.handle());
    Response response = transfer.take_response(result);
    const Done done = transfer.take_done();
    idle.push_back(&transfer);  // now: `done` may start the next request
    done(std::move(response));
    // A callback that only read the body leaves its memory for the next one.
    // Being handed an rvalue, it need not have moved anything.
    // NOLINTNEXTLINE(bugprone-use-after-move)
    if (response.body.capacity() > 0 &&
        spare_bodies.size() < settings.max_connections) {
        spare_bodies.push_back(std::move(response.body));
    }
}

bool Client::Impl::deliver() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
        // The message is gone once its handle is removed.
        const CURLcode result = message->data.result;
        void* transfer = nullptr;
        (curl_easy_getinfo)(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        finish(*static_cast<Transfer*>(transfer), result);
        any = true;
    }
    return any;
}

void Client::Impl::step(Duration wait) {
    const Instant end = now() + std::min(wait, Duration{86'400'000});
    bool go_on = true;
    while (go_on) {
        const auto left = std::chrono::ceil<Duration>(end - now());
        go_on = reactor.turn(std::max(left, Duration::zero()));
        go_on = !deliver() && go_on && now() < end;
    }
}

Client::Client(Settings settings)
    : m_impl(std::make_unique<Impl>(std::move(settings))) {}

Client::~Client() = default;

void Client::start(Request request, Done done) {
    m_impl->start(std::move(request), std::move(done));
}

void Client::step(Duration wait) {
    m_impl->step(wait);
}

void Client::wake() {
    m_impl->reactor.wake();
}

Response Client::fetch(Request request) {
    // Shared: when another callback throws out of here, the answer still
    // comes, to nobody.
    const auto answer = std::make_shared<std::optional<Response>>();
    start(std::move(request),
          [answer](Response&& response) { *answer = std::move(response); });
    while (!*answer) {
        m_impl->step(Duration{1'000});
    }
    return std::move(**answer);
}

std::size_t Client::in_flight() const {
    return m_impl->running.size();
}

const Settings& Client::settings() const {
    return m_impl->settings;
}

}  // namespace lark_batch::http
