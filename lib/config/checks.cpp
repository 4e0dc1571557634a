#include "lib/config/checks.hpp"

#include <algorithm>
#include <string_view>

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
    return address.substr(0, address.find_first_of("/?#"));
}

bool is_loopback(std::string_view host) {
    if (host.starts_with('[')) {
        return host.substr(0, host.find(']')) == "[::1";
    }
    host = host.substr(0, host.find(':'));
    return host == "localhost" ||
           (host.starts_with("127.") &&
            std::all_of(host.begin(), host.end(),
                        [](char c) { return is_digit(c) || c == '.'; }));
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
    const auto host = authority(value);
    if (!is_web(value) || host.empty()) {
        return "must be an http or https address";
    }
    if (host.find('@') != host.npos) {
        return "must not hold a user name or password";
    }
    return {};
}

Verdict check_api_address(const std::string& value) {
    if (auto verdict = check_web_address(value)) {
        return verdict;
    }
    if (value.starts_with("http://") && !is_loopback(authority(value))) {
        return "must use https: plain http is for this machine itself only";
    }
    return {};
}

Verdict check_database_url(const std::string& value) {
    const auto account = authority(value);
    const auto at = account.rfind('@');
    const bool in_account =
        at != account.npos && account.substr(0, at).find(':') != account.npos;
    if (in_account || value.find("password") != value.npos) {
        return "must not hold a password: use database.password_file or"
               " database.password_env";
    }
    return {};
}

Verdict check_timezone(const std::string& value) {
    const bool right = !value.empty() && value.front() != '/' &&
                       value.find("..") == value.npos &&
                       std::all_of(value.begin(), value.end(), [](char c) {
                           return is_name_char(c) || c == '/' || c == '+';
                       });
    return right ? Verdict{} : "must be a zone such as Asia/Shanghai";
}

Verdict check_timestamp(const std::string& value) {
    const std::string_view whole = value;
    const auto wrong = "must be a time such as 2026-11-22T03:00:00+08:00";
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

}  // namespace lark_batch::config
