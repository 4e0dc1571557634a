#include "lib/http/transfer.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "lib/http/details.hpp"
#include "lib/http/url.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::http {

namespace {

// simdjson asks for this room behind a text that it parses in place.
constexpr std::size_t k_parser_padding = 64;
// Bodies of unknown length, or announced beyond it, grow as they come.
constexpr std::size_t k_largest_reserve = 1u << 20;

// Parenthesised, because the macro of that name checks types by C casts.
template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
    (curl_easy_setopt)(handle, option, value);
}

char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32)
                                          : letter;
}

long milliseconds(clock::Duration duration) {
    // 0 means "no limit" to libcurl; a limit that is used up is 1 ms.
    return std::max(1L, static_cast<long>(duration.count()));
}

// How libcurl begins when it cannot read the proxy's URL, with varying codes.
bool is_about_proxy(std::string_view text) {
    return text.starts_with("Unsupported proxy");
}

// Curl's own words may quote the proxy's URL, with its password.
bool may_quote_secrets(CURLcode result, std::string_view text) {
    return result == CURLE_COULDNT_RESOLVE_PROXY ||
           result == CURLE_UNSUPPORTED_PROTOCOL ||
           text.find('@') != std::string_view::npos;
}

// 0 before an answer has begun.
int status_of(CURL* handle) {
    long status = 0;
    (curl_easy_getinfo)(handle, CURLINFO_RESPONSE_CODE, &status);
    return static_cast<int>(status);
}

}  // namespace

Transfer::Transfer(const Settings& settings)
    : m_settings(settings), m_handle(curl_easy_init()) {
    CURL* const curl = handle();
    if (curl == nullptr) {
        throw std::bad_alloc{};
    }
    set(curl, CURLOPT_NOSIGNAL, 1L);
    // Else the end of a transfer waits for its resolver thread, ten seconds
    // and more when the name server is silent, whatever its time limit.
    set(curl, CURLOPT_QUICK_EXIT, 1L);
    set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    set(curl, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(curl, CURLOPT_BUFFERSIZE, static_cast<long>(settings.receive_buffer));
    set(curl, CURLOPT_CONNECTTIMEOUT_MS,
        milliseconds(settings.connect_timeout));
    set(curl, CURLOPT_USERAGENT, settings.user_agent.c_str());
    set(curl, CURLOPT_ERRORBUFFER, m_error);
    set(curl, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(curl, CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(curl, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(curl, CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(curl, CURLOPT_PRIVATE, static_cast<void*>(this));
    // libcurl keeps the parsed bundle for later connections only when no
    // folder of certificates is set beside it; parsing costs some 40 ms.
    set(curl, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    if (!settings.ca_file.empty()) {
        set(curl, CURLOPT_CAINFO, settings.ca_file.c_str());
    }
}

Transfer::~Transfer() = default;

void Transfer::prepare(Request request, Client::Done done,
                       std::string body_buffer) {
    m_request = std::move(request);
    m_done = std::move(done);
    m_response = Response{};
    m_response.body = std::move(body_buffer);
    m_response.body.clear();
    m_response.headers.reserve(12);
    m_max_body = m_settings.max_body;
    m_redirects = 0;
    m_spent = {};
    begin(m_request.total_timeout.value_or(m_settings.total_timeout));
}

void Transfer::begin(clock::Duration limit) {
    m_too_large = false;
    m_head_ended = false;
    m_error[0] = '\0';
    set(handle(), CURLOPT_URL, m_request.url.c_str());
    set(handle(), CURLOPT_TIMEOUT_MS, milliseconds(limit));
    set_method();
    set_route();
    set_headers();
    if (m_request.extras || m_has_extras) {
        set_extras(limit);
    }
}

void Transfer::set_method() const {
    const std::string& method = m_request.method;
    const bool reads = method == "GET" || method == "HEAD";
    set(handle(), CURLOPT_NOBODY, method == "HEAD" ? 1L : 0L);
    if (reads && m_request.body.empty()) {
        set(handle(), CURLOPT_HTTPGET, method == "GET" ? 1L : 0L);
        set(handle(), CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
    } else {
        set(handle(), CURLOPT_POSTFIELDSIZE_LARGE,
            static_cast<curl_off_t>(m_request.body.size()));
        set(handle(), CURLOPT_POSTFIELDS, m_request.body.c_str());
        set(handle(), CURLOPT_CUSTOMREQUEST, method.c_str());
    }
    // When a kept-alive connection dies before the answer, libcurl sends the
    // request again by itself. A message or a token refresh must not happen
    // twice, so whatever writes gets a connection of its own.
    set(handle(), CURLOPT_FRESH_CONNECT, reads ? 0L : 1L);
}

void Transfer::set_route() {
    const bool loopback = is_loopback(host_of(m_request.url));
    const bool secure = scheme_of(m_request.url) == "https";
    // "" means no proxy whatever the environment says, null lets it decide.
    const char* proxy = loopback                   ? ""
                        : m_settings.proxy.empty() ? nullptr
                                                   : m_settings.proxy.c_str();
    set(handle(), CURLOPT_PROXY, proxy);
    set(handle(), CURLOPT_NOPROXY,
        m_settings.no_proxy.empty() ? nullptr : m_settings.no_proxy.c_str());
    // "" offers all that libcurl can undo. Not on plain http, which is
    // loopback: there the unpacking would cost more than the bytes.
    set(handle(), CURLOPT_ACCEPT_ENCODING, secure ? "" : nullptr);
}

void Transfer::set_headers() {
    // An empty Expect stops libcurl from asking before it sends a body.
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    std::string line;
    for (const auto& [name, value] : m_request.headers) {
        line.assign(name).append(": ").append(value);
        list = curl_slist_append(list, line.c_str());
    }
    set(handle(), CURLOPT_HTTPHEADER, list);
    m_headers.reset(list);
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count,
                              void* self) {
    const std::size_t bytes = size * count;
    // Anything but `bytes` makes libcurl give up.
    return static_cast<Transfer*>(self)->append(data, bytes) ? bytes : 0;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count,
                                void* self) {
    static_cast<Transfer*>(self)->add_header({data, size * count});
    return size * count;
}

bool Transfer::append(const char* data, std::size_t size) {
    std::string& body = m_response.body;
    if (size > m_max_body - std::min(m_max_body, body.size())) {
        m_too_large = true;
        return false;
    }
    if (body.empty()) {
        const auto announced =
            text::parse_integer(m_response.header("content-length"));
        const auto length =
            static_cast<std::size_t>(std::max(0LL, announced.value_or(0)));
        body.reserve(std::clamp(length, size, k_largest_reserve) +
                     k_parser_padding);
    }
    body.append(data, size);
    return true;
}

void Transfer::add_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {
        m_response.headers.clear();  // those of a 1xx answer before
        m_head_ended = false;
        return;
    }
    if (text::trim(line).empty()) {
        m_head_ended = true;
        return;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        return;
    }
    std::string name{line.substr(0, colon)};
    std::transform(name.begin(), name.end(), name.begin(), lower);
    m_response.headers.emplace_back(std::move(name),
                                    text::trim(line.substr(colon + 1)));
}

Fault Transfer::fault_of(CURLcode result) const {
    if (result != CURLE_OK && is_about_proxy(m_error)) {
        return Fault::bad_request;
    }
    curl_off_t sent_at = 0;
    switch (result) {
        case CURLE_OK:
            // libcurl takes a head that breaks off for a whole answer.
            return m_head_ended ? Fault::none : Fault::broken;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return Fault::unresolved;
        case CURLE_COULDNT_CONNECT:
            return Fault::unconnected;
        case CURLE_OPERATION_TIMEDOUT:
            // Zero until the connection, TLS included, can carry a request.
            (curl_easy_getinfo)(handle(), CURLINFO_PRETRANSFER_TIME_T,
                                &sent_at);
            return sent_at == 0 && !m_request.extras ? Fault::unconnected
                                                     : Fault::timeout;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
            return Fault::tls;
        case CURLE_UNSUPPORTED_PROTOCOL:
            return speaks_no_http(result) ? Fault::broken : Fault::bad_request;
        case CURLE_URL_MALFORMAT:
        case CURLE_BAD_FUNCTION_ARGUMENT:
            return Fault::bad_request;
        default:
            return m_too_large ? Fault::too_large : Fault::broken;
    }
}

// libcurl has one code for URLs and for answers of another protocol.
bool Transfer::speaks_no_http(CURLcode result) const {
    const auto scheme = scheme_of(m_request.url);
    return result == CURLE_UNSUPPORTED_PROTOCOL &&
           (scheme == "http" || scheme == "https");
}

std::string Transfer::fault_text_of(CURLcode result) const {
    const std::string_view text{m_error};
    if (result == CURLE_OK) {
        return "the answer breaks off in its headers";
    }
    if (m_too_large) {
        return "the answer is larger than " + std::to_string(m_max_body) +
               " bytes";
    }
    if (is_about_proxy(text)) {
        return "the proxy's URL is malformed or of an unsupported scheme";
    }
    if (speaks_no_http(result)) {
        return "the answer is not HTTP";
    }
    if (result == CURLE_OUT_OF_MEMORY && status_of(handle()) != 0) {
        return "a header of the answer is too long";
    }
    return text.empty() || may_quote_secrets(result, text)
               ? curl_easy_strerror(result)
               : m_error;
}

int Transfer::os_error_of(CURLcode result) const {
    long number = 0;
    if (result == CURLE_COULDNT_CONNECT) {
        (curl_easy_getinfo)(handle(), CURLINFO_OS_ERRNO, &number);
    }
    return static_cast<int>(number);
}

Response Transfer::take_response(CURLcode result) {
    curl_off_t elapsed = 0;
    (curl_easy_getinfo)(handle(), CURLINFO_TOTAL_TIME_T, &elapsed);
    m_response.fault = fault_of(result);
    m_response.elapsed = std::chrono::microseconds{elapsed} + m_spent;
    if (m_response.answered()) {
        m_response.status = status_of(handle());
    } else {
        m_response.fault_text = fault_text_of(result);
        m_response.os_error = os_error_of(result);
    }
    if (m_request.extras) {
        m_response.details = read_details(handle(), *m_request.extras);
        m_response.details->redirects = m_redirects;
        m_response.details->host = host_of(m_request.url);
    }
    // It may hold secrets, and a transfer is kept for later requests.
    explicit_bzero(m_request.body.data(), m_request.body.size());
    m_request.body.clear();
    return std::move(m_response);
}

}  // namespace lark_batch::http
