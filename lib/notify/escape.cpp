#include "lib/notify/escape.hpp"

#include "lib/http/url.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::notify {

namespace {

constexpr std::size_t k_longest_url = 1'500;

std::string by_number(std::string_view text, std::string_view marked) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (marked.find(c) == marked.npos) {
            out += c;
        } else {
            out += "&#";
            out += std::to_string(static_cast<unsigned char>(c));
            out += ';';
        }
    }
    return out;
}

}  // namespace

std::string escape_markdown(std::string_view text) {
    return by_number(text, "&<>*_~`[]()#+!|\\$");
}

std::string escape_html(std::string_view text) {
    return by_number(text, "&<>\"'");
}

std::string safe_url(std::string_view text) {
    const auto scheme = http::scheme_of(text);
    if ((scheme != "http" && scheme != "https") ||
        http::host_of(text).empty()) {
        return {};
    }
    // A user's name and password are nothing to pass on.
    const auto rest = text.substr(text.find("://") + 3);
    if (rest.substr(0, rest.find_first_of("/?#")).find('@') != rest.npos) {
        return {};
    }
    std::string url;
    for (const char c : text) {
        const bool plain = c > ' ' && c < '\x7f' &&
                           std::string_view{"\"'<>\\^`{|}()*"}.find(c) ==
                               std::string_view::npos;
        url += plain ? std::string(1, c) : text::percent_encode({&c, 1});
    }
    return url.size() <= k_longest_url ? url : std::string{};
}

}  // namespace lark_batch::notify
