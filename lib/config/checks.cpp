#include "lib/config/checks.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "lib/errors/error.hpp"
#include "lib/schedule/cron.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::config {

namespace {

using Verdict = std::optional<std::string>;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_name_char(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '-' || c == '_' || c == '.';
}

// Between "//" and the path.
std::string_view authority(std::string_view address) {
    const auto start = address.find("//");
    if (start == address.npos) {
        return {};
    }
    address.remove_prefix(start + 2);
    return address.substr(0, address.find('/'));
}

struct Service {
    std::string_view host;  // with its brackets
    std::string_view port;  // with its colon, empty when there is none
};

Service service_of(std::string_view address) {
    const auto whole = authority(address);
    auto end = whole.find(':');
    if (whole.starts_with('[')) {
        const auto bracket = whole.find(']');
        end = bracket == whole.npos ? 0 : bracket + 1;
    }
    end = std::min(end, whole.size());
    return {whole.substr(0, end), whole.substr(end)};
}

bool is_port(std::string_view port) {
    if (port.empty()) {
        return true;
    }
    port.remove_prefix(1);
    const bool digits = std::all_of(port.begin(), port.end(), is_digit);
    const auto number = text::parse_integer(std::string{port});
    return digits && number && *number >= 1 && *number <= 65'535;
}

// No looser than http::is_loopback, which has the last word.
bool is_loopback(std::string_view host) {
    const auto parts = text::split(host, '.');
    return host == "localhost" || host == "[::1]" ||
           (parts.size() == 4 && parts[0] == "127" &&
            std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
                return !part.empty() && part.size() <= 3 &&
                       std::all_of(part.begin(), part.end(), is_digit);
            }));
}

bool is_blank(char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

// Without percent signs, so that no spelling of a word escapes a search.
std::string decoded(std::string_view value) {
    std::string text;
    for (std::size_t at = 0; at < value.size(); ++at) {
        unsigned byte = 0;
        const char* digits = value.data() + at + 1;
        if (value[at] == '%' && at + 2 < value.size() &&
            std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            text += static_cast<char>(byte);
            at += 2;
        } else {
            text += value[at];
        }
    }
    return text;
}

// The zone's data, where the machine has any.
bool is_known_zone(const std::string& name) {
    const std::filesystem::path zones{"/usr/share/zoneinfo"};
    std::error_code ignored;
    if (!std::filesystem::is_directory(zones, ignored)) {
        return true;
    }
    std::string start(4, ' ');
    std::ifstream{zones / name}.read(start.data(), 4);
    return start == "TZif";
}

bool is_web(const std::string& value) {
    return value.starts_with("http://") || value.starts_with("https://");
}

// "dddd-dd-dd" with '#' for a digit; other characters stand for themselves.
bool matches(std::string_view value, std::string_view pattern) {
    return value.size() == pattern.size() &&
           std::equal(
               value.begin(), value.end(), pattern.begin(),
               [](char c, char p) { return p == '#' ? is_digit(c) : c == p; });
}

std::string_view without_fraction(std::string_view rest) {
    if (rest.starts_with('.') && rest.size() > 1 && is_digit(rest[1])) {
        rest.remove_prefix(1);
        while (!rest.empty() && is_digit(rest.front())) {
            rest.remove_prefix(1);
        }
    }
    return rest;
}

}  // namespace

Verdict check_web_address(const std::string& value) {
    if (value.empty()) {
        return {};
    }
    // Wherever it stands: a password may hold the '/' or '#' before it.
    if (value.find('@') != value.npos) {
        return "must not hold a user name or password";
    }
    const auto service = service_of(value);
    if (!is_web(value) || service.host.empty()) {
        return "must be an http or https address";
    }
    if (value.find_first_of("?#") != value.npos ||
        std::any_of(value.begin(), value.end(), is_blank)) {
        return "must have no query, fragment or blank";
    }
    if (!is_port(service.port)) {
        return "must have a port from 1 to 65535, or none";
    }
    return {};
}

Verdict check_api_address(const std::string& value) {
    if (auto verdict = check_web_address(value)) {
        return verdict;
    }
    if (value.starts_with("http://") && !is_loopback(service_of(value).host)) {
        return "must use https: plain http is for this machine itself only";
    }
    return {};
}

Verdict check_mail_server(const std::string& value) {
    const auto service = service_of(value);
    const bool right =
        (value.starts_with("smtp://") || value.starts_with("smtps://")) &&
        !service.host.empty() && is_port(service.port) &&
        value.find_first_of("@?#/", value.find("//") + 2) == value.npos &&
        std::none_of(value.begin(), value.end(), is_blank);
    return right ? Verdict{}
                 : "must be an address such as smtp://mail.example.com:587";
}

Verdict check_mail_address(const std::string& value) {
    const auto at = value.find('@');
    const bool right =
        at != value.npos && at > 0 && at + 1 < value.size() &&
        value.find('@', at + 1) == value.npos && value.size() <= 254 &&
        value.find_first_of("<>()[]\\,;:\"") == value.npos &&
        std::all_of(value.begin(), value.end(),
                    [](char c) { return c > ' ' && c < '\x7f'; });
    return right ? Verdict{} : "must be a mail address: name@example.com";
}

bool is_on_this_machine(const std::string& address) {
    return is_loopback(service_of(address).host);
}

Verdict check_database_url(const std::string& value) {
    const std::string_view whole = value;
    const auto start = whole.find("//");
    const auto rest = start == whole.npos ? "" : whole.substr(start + 2);
    // libpq lets a password hold '?' and '#', a person even '/' and '@'.
    const auto at = rest.rfind('@');
    const bool in_account =
        at != rest.npos && rest.substr(0, at).find(':') != rest.npos;
    if (in_account || decoded(value).find("password") != std::string::npos) {
        return "must not hold a password: use database.password_file or"
               " database.password_env";
    }
    return {};
}

Verdict check_schedule(const std::string& value) {
    try {
        schedule::CronExpression::parse(value);
        return {};
    } catch (const errors::Error& error) {
        return std::string{"is no schedule: "} + error.what();
    }
}

Verdict check_timezone(const std::string& value) {
    const bool right = !value.empty() && value.front() != '/' &&
                       value.find("..") == value.npos &&
                       std::all_of(value.begin(), value.end(), [](char c) {
                           return is_name_char(c) || c == '/' || c == '+';
                       });
    if (!right) {
        return "must be a zone such as Asia/Shanghai";
    }
    return is_known_zone(value)
               ? Verdict{}
               : "names the unknown zone '" + text::excerpt(value, 80) + "'";
}

Verdict check_folder(const std::string& value) {
    return value.starts_with('/') ? Verdict{}
                                  : "must be an absolute path, not '" +
                                        text::excerpt(value, 200) + "'";
}

Verdict check_app_id(const std::string& value) {
    const bool wrong =
        value.empty() || std::any_of(value.begin(), value.end(), is_blank);
    return wrong ? "must be an id such as cli_a0000000000000" : Verdict{};
}

Verdict check_timestamp(const std::string& value) {
    const std::string_view whole = value;
    const char* const wrong =
        "must be a time such as 2026-11-22T03:00:00+08:00";
    if (!matches(whole.substr(0, 19), "####-##-##T##:##:##")) {
        return wrong;
    }
    const auto zone = without_fraction(whole.substr(19));
    const bool right =
        zone == "Z" || matches(zone, "+##:##") || matches(zone, "-##:##");
    return right ? Verdict{} : wrong;
}

Verdict check_name(const std::string& value) {
    const bool right = !value.empty() && value.size() <= 64 &&
                       value.front() != '.' &&
                       std::all_of(value.begin(), value.end(), is_name_char);
    return right ? Verdict{}
                 : "must be 1 to 64 letters, digits, '-', '_' or '.'";
}

Verdict check_task_name(const std::string& value) {
    const bool plain = std::ranges::all_of(value, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
    const bool right =
        plain && !value.empty() && value.size() <= 64 && value.front() != '-';
    return right ? Verdict{}
                 : "must be of lowercase letters, digits, '_' and '-', 64 at "
                   "most";
}

void drop_last_slashes(std::string& address) {
    while (address.ends_with('/')) {
        address.pop_back();
    }
}

}  // namespace lark_batch::config
