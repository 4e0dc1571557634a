// What a transfer does for Request::extras: options of its handle, redirects.
#include <algorithm>
#include <string_view>

#include "lib/http/transfer.hpp"
#include "lib/http/url.hpp"

namespace lark_batch::http {

namespace {

// Parenthesised, because the macro of that name checks types by C casts.
template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
    (curl_easy_setopt)(handle, option, value);
}

long resolve_as(IpVersion version) {
    switch (version) {
        case IpVersion::v4:
            return CURL_IPRESOLVE_V4;
        case IpVersion::v6:
            return CURL_IPRESOLVE_V6;
        default:
            return CURL_IPRESOLVE_WHATEVER;
    }
}

// A handle forgets it when another file is set.
const char* built_in_ca_file(CURL* handle) {
    const char* file = nullptr;
    (curl_easy_getinfo)(handle, CURLINFO_CAINFO, &file);
    return file;
}

bool moves(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

bool same_place(std::string_view one, std::string_view other) {
    return origin_of(one) == origin_of(other);
}

std::string target_of(CURL* handle) {
    const char* url = nullptr;
    (curl_easy_getinfo)(handle, CURLINFO_REDIRECT_URL, &url);
    return url == nullptr ? "" : url;
}

// RFC 9110, section 15.4: 307 and 308 keep the method; everybody makes a GET
// of the others, except from HEAD.
void change_method(Request& request, int status) {
    if (status != 307 && status != 308 && request.method != "HEAD") {
        request.method = "GET";
        request.body.clear();
        std::erase_if(request.headers, [](const auto& header) {
            return header.first.size() == 12 &&
                   curl_strequal(header.first.c_str(), "Content-Type") != 0;
        });
    }
}

}  // namespace

void Transfer::set_extras(clock::Duration limit) {
    const Extras extras = m_request.extras.value_or(Extras{});
    m_has_extras = m_request.extras.has_value();
    m_max_body = extras.max_body.value_or(m_settings.max_body);
    const std::string& ca_file =
        extras.ca_file.empty() ? m_settings.ca_file : extras.ca_file;
    set(handle(), CURLOPT_CAINFO,
        ca_file.empty() ? built_in_ca_file(handle()) : ca_file.c_str());
    const clock::Duration connecting =
        m_has_extras ? limit : m_settings.connect_timeout;
    set(handle(), CURLOPT_CONNECTTIMEOUT_MS,
        std::max(1L, static_cast<long>(connecting.count())));
    set(handle(), CURLOPT_IPRESOLVE, resolve_as(extras.ip_version));
    set(handle(), CURLOPT_CERTINFO, extras.certificate ? 1L : 0L);
    set(handle(), CURLOPT_FORBID_REUSE, m_has_extras ? 1L : 0L);
    if (m_has_extras) {
        set(handle(), CURLOPT_FRESH_CONNECT, 1L);
    }
}

bool Transfer::goes_elsewhere(CURLcode result) {
    long status = 0;
    (curl_easy_getinfo)(handle(), CURLINFO_RESPONSE_CODE, &status);
    const int code = static_cast<int>(status);
    std::string target = target_of(handle());
    if (result != CURLE_OK || !m_head_ended || !moves(code) || target.empty() ||
        m_redirects >= m_request.extras->follow) {
        return false;
    }
    change_method(m_request, code);
    if (!same_place(m_request.url, target)) {
        if (!m_request.body.empty()) {
            return false;
        }
        m_request.headers.clear();
    }
    curl_off_t elapsed = 0;
    (curl_easy_getinfo)(handle(), CURLINFO_TOTAL_TIME_T, &elapsed);
    m_spent += std::chrono::microseconds{elapsed};
    ++m_redirects;
    m_request.url = std::move(target);
    m_response.headers.clear();
    m_response.body.clear();
    begin(m_request.total_timeout.value_or(m_settings.total_timeout) -
          std::chrono::duration_cast<clock::Duration>(m_spent));
    return true;
}

}  // namespace lark_batch::http
