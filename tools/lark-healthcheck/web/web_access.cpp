#include "tools/lark-healthcheck/web/web_access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/errors/error.hpp"
#include "lib/http/url.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/web/web_words.hpp"

namespace lark_batch::healthcheck {

namespace {

using Verdict = std::optional<std::string>;

// RFC 9110, section 5.6.2.
constexpr std::string_view k_token =
    "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz";

// The value is not quoted: it may be a key.
Verdict check_header(const std::string& value) {
    const auto colon = value.find(':');
    const bool named = colon != std::string::npos && colon > 0 &&
                       value.find_first_not_of(k_token) == colon;
    if (!named || text::excerpt(value, value.size()) != value) {
        return "must be 'Name: value' in one line";
    }
    return std::nullopt;
}

http::IpVersion version_of(const std::string& name) {
    return name == "4"   ? http::IpVersion::v4
           : name == "6" ? http::IpVersion::v6
                         : http::IpVersion::any;
}

}  // namespace

void WebAccess::declare(config::OptionSet& set, const Check& check) {
    set.add("headers", m_headers)
        .help("headers that are sent, as 'Name: value'")
        .check(check_header)
        .veiled([](const std::string& value) {
            return value.substr(0, value.find(':')) + ": ***";
        })
        .placeholder("HEADER")
        .sample("Accept: application/json");
    set.add("user", m_user)
        .help("for basic authentication, with the password")
        .placeholder("NAME");
    declare_secret(set, check, "password", m_password);
    declare_secret(set, check, "bearer", m_bearer);
    set.add("ca-file", m_ca_file)
        .help("certificates that are trusted, in place of the system's")
        .placeholder("FILE");
    set.add("ip-version", m_ip_version)
        .help("the version of IP that is used")
        .choices({"any", "4", "6"})
        .placeholder("VERSION");
    set.add("max-body", max_body)
        .help("the largest answer that is read")
        .placeholder("SIZE");
}

http::Request WebAccess::request(const std::string& url) const {
    http::Request request;
    request.url = url;
    for (const std::string& header : m_headers) {
        const auto colon = header.find(':');
        request.headers.emplace_back(header.substr(0, colon),
                                     text::trim(header.substr(colon + 1)));
    }
    if (!m_bearer.empty()) {
        request.headers.emplace_back("Authorization",
                                     "Bearer " + m_bearer.reveal());
    } else if (!m_user.empty()) {
        request.headers.emplace_back("Authorization",
                                     basic_authorization(m_user, m_password));
    }
    http::Extras extras;
    extras.max_body = max_body;
    extras.ca_file = m_ca_file;
    extras.ip_version = version_of(m_ip_version);
    request.extras = std::move(extras);
    return request;
}

Verdict check_url(const std::string& value) {
    const auto scheme = http::scheme_of(value);
    const bool web = scheme == "http" || scheme == "https";
    if (!web || http::host_of(value).empty() ||
        std::ranges::any_of(value, [](char c) {
            return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
        })) {
        return "must be an http or https address";
    }
    const auto authority = value.substr(0, value.find_first_of("/?#", 8));
    if (authority.find('@') != std::string::npos) {
        return "must hold no user and password; there are keys for them";
    }
    return std::nullopt;
}

std::string basic_authorization(const std::string& user,
                                const text::Secret& password) {
    return "Basic " + text::base64(user + ":" + password.reveal());
}

http::Settings client_settings(const Surroundings& around) {
    http::Settings settings = run::http_settings(around.settings->http);
    settings.receive_buffer = 16u << 10;
    return settings;
}

http::Response ask(http::Client& client, http::Request request,
                   const clock::Deadline& deadline, std::string_view who) {
    request.total_timeout = deadline.at_most(std::chrono::hours{1});
    http::Response response = client.fetch(std::move(request));
    if (!response.answered()) {
        throw errors::Error{errors::Kind::unavailable,
                            fmt::format("{} does not answer: {}", who,
                                        web_fault_words(response))};
    }
    return response;
}

std::string without_query(const std::string& url) {
    return url.substr(0, url.find_first_of("?#"));
}

std::string with_veiled_query(const std::string& url) {
    const std::string open = without_query(url);
    return open.size() == url.size() ? url : open + "?***";
}

}  // namespace lark_batch::healthcheck
