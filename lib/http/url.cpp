#include "lib/http/url.hpp"

#include <algorithm>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::http {

namespace {

constexpr std::string_view k_separator = "://";

std::string_view after_scheme(std::string_view url) {
    const auto at = url.find(k_separator);
    return at == std::string_view::npos ? std::string_view{}
                                        : url.substr(at + k_separator.size());
}

std::string_view authority_of(std::string_view url) {
    const std::string_view rest = after_scheme(url);
    return rest.substr(0, rest.find_first_of("/?#"));
}

std::string lowered(std::string_view text) {
    std::string low{text};
    std::ranges::transform(low, low.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return low;
}

// The text may hold a password in front of an '@': say where, not what.
[[noreturn]] void refuse(std::string_view what, std::string_view url,
                         const std::string& why) {
    const bool has_user = url.find('@') != std::string_view::npos;
    const std::string shown =
        has_user ? "(hidden)" : "'" + text::excerpt(url, 200) + "'";
    throw errors::Error{errors::Kind::config,
                        std::string{what} + " " + shown + " " + why};
}

}  // namespace

std::string_view scheme_of(std::string_view url) {
    const auto at = url.find(k_separator);
    return at == std::string_view::npos ? std::string_view{}
                                        : url.substr(0, at);
}

std::string_view host_of(std::string_view url) {
    std::string_view host = authority_of(url);
    if (const auto at = host.rfind('@'); at != std::string_view::npos) {
        host.remove_prefix(at + 1);
    }
    if (host.starts_with('[')) {
        return host.substr(1, std::min(host.find(']'), host.size()) - 1);
    }
    return host.substr(0, host.find(':'));
}

std::string origin_of(std::string_view url) {
    const std::string scheme = lowered(scheme_of(url));
    std::string_view rest = authority_of(url);
    rest.remove_prefix(std::min(rest.rfind('@') + 1, rest.size()));
    const auto bracket = rest.rfind(']');
    const auto colon = rest.rfind(':');
    const bool has_port =
        colon != std::string_view::npos &&
        (bracket == std::string_view::npos || colon > bracket) &&
        colon + 1 < rest.size();
    const std::string port = has_port ? std::string{rest.substr(colon + 1)}
                             : scheme == "https" ? "443"
                                                 : "80";
    return scheme + "://" + lowered(host_of(url)) + ":" + port;
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "::1") {
        return true;
    }
    // Only dotted digits: "127.example.org" is somebody else's machine.
    return host.starts_with("127.") &&
           std::count(host.begin(), host.end(), '.') == 3 &&
           host.find_first_not_of("0123456789.") == std::string_view::npos;
}

void append_query(std::string& url, const Query& query) {
    char separator = url.find('?') == std::string::npos ? '?' : '&';
    for (const auto& [name, value] : query) {
        url += separator;
        url += text::percent_encode(name);
        url += '=';
        url += text::percent_encode(value);
        separator = '&';
    }
}

std::string checked_base_url(std::string_view what, std::string_view url) {
    const std::string_view scheme = scheme_of(url);
    const std::string_view host = host_of(url);
    if (host.empty() || (scheme != "https" && scheme != "http")) {
        refuse(what, url, "is not an http or https URL");
    }
    if (scheme == "http" && !is_loopback(host)) {
        refuse(what, url, "must be https: plain http is for loopback only");
    }
    if (url.find_first_of("?#@ ") != std::string_view::npos) {
        refuse(what, url, "must have no user, query, fragment or blank");
    }
    while (url.ends_with('/')) {
        url.remove_suffix(1);
    }
    return std::string{url};
}

}  // namespace lark_batch::http
