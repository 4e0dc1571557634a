#include "lib/http/details.hpp"

#include <ctime>

namespace lark_batch::http {

namespace {

double seconds(CURL* handle, CURLINFO which) {
    curl_off_t microseconds = 0;
    (curl_easy_getinfo)(handle, which, &microseconds);
    return static_cast<double>(microseconds) / 1e6;
}

std::string words(CURL* handle, CURLINFO which) {
    const char* text = nullptr;
    (curl_easy_getinfo)(handle, which, &text);
    return text == nullptr ? "" : text;
}

void take_fact(Certificate& certificate, std::string_view fact) {
    const auto value_of = [&](std::string_view name) {
        return fact.starts_with(name) ? fact.substr(name.size())
                                      : std::string_view{};
    };
    if (const auto subject = value_of("Subject:"); !subject.empty()) {
        certificate.subject = subject;
    } else if (const auto issuer = value_of("Issuer:"); !issuer.empty()) {
        certificate.issuer = issuer;
    } else if (const auto names = value_of("X509v3 Subject Alternative Name:");
               !names.empty()) {
        certificate.names = names;
    } else if (const auto end = value_of("Expire date:"); !end.empty()) {
        certificate.expires_at = parse_certificate_date(std::string{end});
    }
}

// Facts as "name:value", https://curl.se/libcurl/c/CURLINFO_CERTINFO.html
std::optional<Certificate> read_certificate(CURL* handle) {
    curl_certinfo* chain = nullptr;
    (curl_easy_getinfo)(handle, CURLINFO_CERTINFO, &chain);
    if (chain == nullptr || chain->num_of_certs < 1) {
        return std::nullopt;
    }
    Certificate certificate;
    for (const curl_slist* fact = chain->certinfo[0]; fact != nullptr;
         fact = fact->next) {
        take_fact(certificate, fact->data);
    }
    return certificate;
}

}  // namespace

std::optional<clock::WallTime> parse_certificate_date(const std::string& text) {
    std::tm parts{};
    const char* const end = ::strptime(text.c_str(), "%b %d %T %Y GMT", &parts);
    if (end == nullptr || *end != '\0') {
        return std::nullopt;
    }
    return clock::WallTime{std::chrono::seconds{::timegm(&parts)}};
}

Details read_details(CURL* handle, const Extras& extras) {
    Details details;
    details.resolved = seconds(handle, CURLINFO_NAMELOOKUP_TIME_T);
    details.connected = seconds(handle, CURLINFO_CONNECT_TIME_T);
    details.secured = seconds(handle, CURLINFO_APPCONNECT_TIME_T);
    details.first_byte = seconds(handle, CURLINFO_STARTTRANSFER_TIME_T);
    details.address = words(handle, CURLINFO_PRIMARY_IP);
    if (extras.certificate) {
        details.certificate = read_certificate(handle);
    }
    return details;
}

}  // namespace lark_batch::http
