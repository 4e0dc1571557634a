#include "tools/lark-admin/loopback.hpp"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include "lib/errors/error.hpp"
#include "lib/text/quantity.hpp"

namespace lark_batch::admin {

namespace {

constexpr clock::Duration k_longest_pause{200};
// For the browser to take its page; it is only a courtesy.
constexpr clock::Duration k_farewell{2'000};
constexpr unsigned k_connection_seconds = 10;
constexpr unsigned k_most_connections = 16;
constexpr std::size_t k_longest_value = 4096;

constexpr std::string_view k_page_start =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<title>lark-batch</title>"
    "<body style=\"font-family:sans-serif;margin:4em\"><h1>";
constexpr std::string_view k_page_end = "</p></body></html>";

std::string page(std::string_view heading, std::string_view words) {
    std::string text{k_page_start};
    text.append(heading).append("</h1><p>").append(words).append(k_page_end);
    return text;
}

std::string argument(MHD_Connection* connection, const char* name) {
    const char* const value =
        MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
    std::string text{value == nullptr ? "" : value};
    return text.size() > k_longest_value ? std::string{} : text;
}

MHD_Result answer(MHD_Connection* connection, unsigned status,
                  std::string body) {
    MHD_Response* const response = MHD_create_response_from_buffer(
        body.size(), body.data(), MHD_RESPMEM_MUST_COPY);
    for (const auto& [name, value] :
         {std::pair{"Content-Type", "text/html; charset=utf-8"},
          std::pair{"Cache-Control", "no-store"},
          std::pair{"Referrer-Policy", "no-referrer"},
          std::pair{"X-Content-Type-Options", "nosniff"},
          std::pair{"Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'"},
          std::pair{"Connection", "close"}}) {
        MHD_add_response_header(response, name, value);
    }
    const MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

sockaddr_in loopback_address(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

[[noreturn]] void refuse_port(int port, int reason) {
    const std::string where = "port '" + std::to_string(port) + "'";
    if (reason == EADDRINUSE) {
        throw errors::Error{errors::Kind::config, where + " is in use",
                            "choose another port, and list its redirect URL "
                            "in the app's security settings"};
    }
    throw errors::Error{errors::Kind::config,
                        "cannot listen on " + where + " of 127.0.0.1",
                        "choose a free port above 1023"};
}

struct StopDaemon {
    void operator()(MHD_Daemon* daemon) const { MHD_stop_daemon(daemon); }
};

}  // namespace

struct Loopback::Impl {
    Impl(std::string wanted_path, std::string wanted_state)
        : path(std::move(wanted_path)), state(std::move(wanted_state)) {}

    // Called by the C library: nothing may be thrown out of them.
    static MHD_Result on_request(void* self, MHD_Connection* connection,
                                 const char* url, const char* method,
                                 const char*, const char*, std::size_t*,
                                 void**) noexcept;
    static void on_end(void* self, MHD_Connection*, void** mark,
                       MHD_RequestTerminationCode) noexcept;

    void listen(int port);
    MHD_Result take(MHD_Connection* connection, void** mark);
    void serve(const clock::Deadline& deadline) const;

    std::string path;
    std::string state;
    std::optional<Redirect> redirect;
    bool delivered = false;
    std::unique_ptr<MHD_Daemon, StopDaemon> daemon;
};

// Without a thread of its own: requests are served from within serve().
void Loopback::Impl::listen(int port) {
    const sockaddr_in address = loopback_address(port);
    errno = 0;
    daemon.reset(MHD_start_daemon(
        MHD_USE_EPOLL, static_cast<std::uint16_t>(port), nullptr, nullptr,
        &Impl::on_request, this, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_NOTIFY_COMPLETED, &Impl::on_end, this,
        MHD_OPTION_CONNECTION_TIMEOUT, k_connection_seconds,
        MHD_OPTION_CONNECTION_LIMIT, k_most_connections, MHD_OPTION_END));
    if (!daemon) {
        refuse_port(port, errno);
    }
}

MHD_Result Loopback::Impl::on_request(void* self, MHD_Connection* connection,
                                      const char* url, const char* method,
                                      const char*, const char*, std::size_t*,
                                      void** mark) noexcept {
    auto& impl = *static_cast<Impl*>(self);
    if (std::string_view{method} != "GET" || impl.path != url) {
        return answer(connection, MHD_HTTP_NOT_FOUND,
                      page("Nothing here",
                           "This address is not the one that "
                           "lark-batch waits for."));
    }
    return impl.take(connection, mark);
}

// The first redirect counts; a reload only sees the page again.
MHD_Result Loopback::Impl::take(MHD_Connection* connection, void** mark) {
    Redirect seen{argument(connection, "code"), argument(connection, "state"),
                  argument(connection, "error")};
    if (seen.state != state || (seen.code.empty() && seen.error.empty())) {
        return answer(connection, MHD_HTTP_BAD_REQUEST,
                      page("Not the answer we asked for",
                           "Please open the address again that lark-admin "
                           "has printed, and consent there."));
    }
    const bool agreed = seen.error.empty();
    if (!redirect) {
        redirect = std::move(seen);
        *mark = this;
    }
    return answer(
        connection, MHD_HTTP_OK,
        agreed ? page("Thank you",
                      "lark-admin has your consent and goes on in its "
                      "terminal. You may close this window.")
               : page("Not permitted",
                      "You did not agree, so nothing was stored. You may "
                      "close this window."));
}

void Loopback::Impl::on_end(void* self, MHD_Connection*, void** mark,
                            MHD_RequestTerminationCode) noexcept {
    if (*mark == self) {
        static_cast<Impl*>(self)->delivered = true;
    }
}

void Loopback::Impl::serve(const clock::Deadline& deadline) const {
    const auto wait = deadline.at_most(k_longest_pause).count();
    MHD_run_wait(daemon.get(), static_cast<std::int32_t>(wait));
}

Loopback::Loopback(int port, std::string path, std::string state)
    : m_impl(std::make_unique<Impl>(std::move(path), std::move(state))) {
    m_impl->listen(port);
}

Loopback::~Loopback() = default;

int Loopback::port() const {
    const MHD_DaemonInfo* const info =
        MHD_get_daemon_info(m_impl->daemon.get(), MHD_DAEMON_INFO_BIND_PORT);
    return info == nullptr ? 0 : info->port;
}

std::string Loopback::redirect_uri() const {
    return "http://127.0.0.1:" + std::to_string(port()) + m_impl->path;
}

Redirect Loopback::wait_for_redirect(clock::Clock& clock,
                                     clock::Duration timeout,
                                     const std::function<void()>& tick) {
    const clock::Deadline deadline{clock, timeout};
    while (!m_impl->redirect) {
        tick();
        if (deadline.passed()) {
            throw errors::Error{
                errors::Kind::failed,
                "nobody consented within '" + text::format_duration(timeout) +
                    "'",
                "open the printed address in a browser on this machine"};
        }
        m_impl->serve(deadline);
    }
    const clock::Deadline farewell{clock, k_farewell};
    while (!m_impl->delivered && !farewell.passed()) {
        m_impl->serve(farewell);
    }
    return *std::move(m_impl->redirect);
}

}  // namespace lark_batch::admin
