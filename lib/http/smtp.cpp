#include "lib/http/smtp.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>

#include "lib/http/url.hpp"

namespace lark_batch::http {

namespace {

using errors::Error;
using errors::Kind;

struct FreeHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// Parenthesised, because the macro of that name checks types by C casts.
template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
    (curl_easy_setopt)(handle, option, value);
}

long milliseconds(clock::Duration duration) {
    // 0 means "no limit" to libcurl; a limit that is used up is 1 ms.
    return std::max(1L, static_cast<long>(duration.count()));
}

// What one transfer reads from and reports to.
struct Progress {
    std::string_view left;  // of the mail
    const std::function<void()>* tick;
    clock::Duration patience;
    std::optional<Error> stopped{};
    clock::Instant patient_until{};
};

// What a server answers is of no use, and libcurl would print it.
std::size_t on_write(char* /*unused*/, std::size_t size, std::size_t count,
                     void* /*unused*/) {
    return size * count;
}

std::size_t on_read(char* buffer, std::size_t size, std::size_t count,
                    void* self) {
    auto& left = static_cast<Progress*>(self)->left;
    const std::size_t bytes = std::min(size * count, left.size());
    std::memcpy(buffer, left.data(), bytes);
    left.remove_prefix(bytes);
    return bytes;
}

// An exception must not cross libcurl: it is kept and thrown behind it.
void call_tick(Progress& progress) {
    try {
        (*progress.tick)();
    } catch (const Error& error) {
        progress.stopped = error;
        progress.patient_until =
            clock::system_clock().instant() + progress.patience;
    }
}

// A server that lacks a part of the mail has nothing to accept; one that has
// it all is heard out.
int on_progress(void* self, curl_off_t /*unused*/, curl_off_t /*unused*/,
                curl_off_t /*unused*/, curl_off_t /*unused*/) {
    auto& progress = *static_cast<Progress*>(self);
    if (!progress.stopped) {
        call_tick(progress);
    }
    const bool give_up = progress.stopped && (!progress.left.empty() ||
                                              clock::system_clock().instant() >=
                                                  progress.patient_until);
    return give_up ? 1 : 0;
}

class MailTransfer {
public:
    MailTransfer(const Settings& settings, const MailServer& server,
                 const Mail& mail, clock::Duration limit, Progress progress);

    std::optional<MailFailure> perform();

private:
    CURL* handle() const { return m_handle.get(); }
    void set_server(const Settings& settings, clock::Duration limit);
    void set_mail();
    MailFailure failure(CURLcode result) const;
    Error login_refusal(long code) const;
    Error refusal(long code) const;
    bool begins(std::string_view words) const {
        return std::string_view{m_error}.starts_with(words);
    }

    const MailServer& m_server;
    const Mail& m_mail;
    Progress m_progress;
    std::string m_sender;
    std::unique_ptr<CURL, FreeHandle> m_handle;
    std::unique_ptr<curl_slist, FreeList> m_receivers;
    char m_error[CURL_ERROR_SIZE] = {};
};

CURL* new_handle() {
    static const CURLcode loaded = curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL* const handle = loaded == CURLE_OK ? curl_easy_init() : nullptr;
    if (handle == nullptr) {
        throw std::bad_alloc{};
    }
    return handle;
}

MailTransfer::MailTransfer(const Settings& settings, const MailServer& server,
                           const Mail& mail, clock::Duration limit,
                           Progress progress)
    : m_server(server),
      m_mail(mail),
      m_progress(std::move(progress)),
      m_sender("<" + mail.from + ">"),
      m_handle(new_handle()) {
    set_server(settings, limit);
    set_mail();
}

void MailTransfer::set_server(const Settings& settings, clock::Duration limit) {
    set(handle(), CURLOPT_URL, m_server.url.c_str());
    set(handle(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(handle(), CURLOPT_NOSIGNAL, 1L);
    set(handle(), CURLOPT_QUICK_EXIT, 1L);
    // The proxies of the environment are for HTTP.
    set(handle(), CURLOPT_PROXY, "");
    set(handle(), CURLOPT_ERRORBUFFER, m_error);
    set(handle(), CURLOPT_CONNECTTIMEOUT_MS,
        milliseconds(std::min(settings.connect_timeout, limit)));
    set(handle(), CURLOPT_TIMEOUT_MS,
        milliseconds(std::min(settings.total_timeout, limit)));
    set(handle(), CURLOPT_USE_SSL,
        m_server.tls == MailTls::required ? long{CURLUSESSL_ALL}
                                          : long{CURLUSESSL_NONE});
    set(handle(), CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    if (!settings.ca_file.empty()) {
        set(handle(), CURLOPT_CAINFO, settings.ca_file.c_str());
    }
    if (!m_server.user.empty()) {
        set(handle(), CURLOPT_USERNAME, m_server.user.c_str());
        set(handle(), CURLOPT_PASSWORD, m_server.password.reveal().c_str());
    }
}

void MailTransfer::set_mail() {
    curl_slist* list = nullptr;
    for (const auto& receiver : m_mail.to) {
        list = curl_slist_append(list, ("<" + receiver + ">").c_str());
    }
    m_receivers.reset(list);
    set(handle(), CURLOPT_MAIL_FROM, m_sender.c_str());
    set(handle(), CURLOPT_MAIL_RCPT, list);
    set(handle(), CURLOPT_UPLOAD, 1L);
    set(handle(), CURLOPT_WRITEFUNCTION, &on_write);
    set(handle(), CURLOPT_READFUNCTION, &on_read);
    set(handle(), CURLOPT_READDATA, static_cast<void*>(&m_progress));
    set(handle(), CURLOPT_INFILESIZE_LARGE,
        static_cast<curl_off_t>(m_mail.content.size()));
    set(handle(), CURLOPT_NOPROGRESS, 0L);
    set(handle(), CURLOPT_XFERINFOFUNCTION, &on_progress);
    set(handle(), CURLOPT_XFERINFODATA, static_cast<void*>(&m_progress));
}

std::optional<MailFailure> MailTransfer::perform() {
    const CURLcode result = curl_easy_perform(handle());
    if (result == CURLE_OK) {
        return std::nullopt;
    }
    if (m_progress.stopped) {
        throw Error{*m_progress.stopped};
    }
    return failure(result);
}

// What the server said with its code may quote an address: only the code is
// told, and at which step.
Error MailTransfer::refusal(long code) const {
    const std::string step = begins("MAIL failed")   ? "the sender"
                             : begins("RCPT failed") ? "a recipient"
                                                     : "the mail";
    const bool later = code < 500;
    return Error{later ? Kind::unavailable : Kind::failed,
                 "the mail server refused " + step + " with code " +
                     std::to_string(code),
                 later ? "it asks to come back later: the next run does"
                       : "check 'from' and 'to', and the server's log"};
}

// libcurl says the same of a password that is wrong, of a server too busy to
// look it up (454) and of one that knows none of its ways to log in.
Error MailTransfer::login_refusal(long code) const {
    if (code < 400) {
        return Error{Kind::denied,
                     "the mail server offers no way to log in that we know",
                     "leave 'user' out, or use the port for clients (587, "
                     "465)"};
    }
    if (code < 500) {
        return Error{Kind::unavailable,
                     "the mail server cannot check our login now, code " +
                         std::to_string(code),
                     "it asks to come back later: the next run does"};
    }
    return Error{Kind::denied,
                 "the mail server refused our user name or password with "
                 "code " +
                     std::to_string(code),
                 "check 'user' and the password of the channel"};
}

MailFailure MailTransfer::failure(CURLcode result) const {
    long code = 0;
    (curl_easy_getinfo)(handle(), CURLINFO_RESPONSE_CODE, &code);
    const bool later = code >= 400 && code < 500;
    switch (result) {
        case CURLE_LOGIN_DENIED:
            return {login_refusal(code), later};
        case CURLE_USE_SSL_FAILED:
            return {Error{Kind::unavailable,
                          "the mail server offers no encryption",
                          "use its port for STARTTLS (587) or smtps:// "
                          "(465)"}};
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return {Error{Kind::unavailable,
                          "the mail server's certificate or encryption cannot "
                          "be trusted",
                          "check http.ca_file, the server's name and the "
                          "machine's date"}};
        default:
            break;
    }
    if (code >= 400) {
        return {refusal(code), later};
    }
    return {Error{Kind::unavailable,
                  std::string{"the mail server did not take the mail: "} +
                      curl_easy_strerror(result)},
            result == CURLE_COULDNT_CONNECT ||
                result == CURLE_COULDNT_RESOLVE_HOST};
}

// Without recipients libcurl would ask the server for help and print it.
void check_envelope(const Mail& mail) {
    const bool empty =
        std::any_of(mail.to.begin(), mail.to.end(),
                    [](const std::string& address) { return address.empty(); });
    if (mail.from.empty() || mail.to.empty() || empty) {
        throw Error{Kind::bug, "a mail has no sender or no recipient"};
    }
}

}  // namespace

std::optional<MailFailure> send_mail(const Settings& settings,
                                     const MailServer& server, const Mail& mail,
                                     clock::Duration limit,
                                     clock::Duration patience,
                                     const std::function<void()>& tick) {
    check_envelope(mail);
    MailTransfer transfer{
        settings, server, mail, limit, {mail.content, &tick, patience}};
    auto failure = transfer.perform();
    if (failure) {
        failure->error =
            failure->error.within(std::string{scheme_of(server.url)} + " to '" +
                                  std::string{host_of(server.url)} + "'");
    }
    return failure;
}

}  // namespace lark_batch::http
