#include "lib/notify/mail.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "lib/notify/render.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::notify {

namespace {

constexpr std::string_view k_line_end = "\r\n";
// With encoded words in it.
constexpr std::size_t k_header_line = 76;
constexpr std::size_t k_word_frame = 12;  // "=?UTF-8?B?" and "?="
constexpr std::size_t k_base64_line = 76;
constexpr std::size_t k_longest_plain = 900;  // a line may have 998

bool is_plain(std::string_view text) {
    return text.size() <= k_longest_plain &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c < '\x7f'; }) &&
           text.find("=?") == text.npos;
}

// As many whole characters as fit into one encoded word of that many
// characters; base64 makes four of three.
std::size_t word_length(std::string_view text, std::size_t room) {
    const std::size_t most = (room - k_word_frame) / 4 * 3;
    std::size_t length = 0;
    while (length < text.size()) {
        const std::size_t next =
            std::max<std::size_t>(text::utf8_length(text.substr(length)), 1);
        if (length + next > most) {
            break;
        }
        length += next;
    }
    return length;
}

// Lines of text end so in mail, and base64 hides them from the transport.
std::string with_mail_line_ends(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '\n' ? k_line_end : std::string_view{&c, 1};
    }
    return out;
}

std::string base64_lines(std::string_view text) {
    const std::string encoded = text::base64(text);
    std::string lines;
    for (std::size_t at = 0; at < encoded.size(); at += k_base64_line) {
        lines += encoded.substr(at, k_base64_line);
        lines += k_line_end;
    }
    return lines;
}

// Sun, 22 Nov 2026 02:15:40 +0000
std::string mail_date(clock::WallTime time) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{
        std::chrono::floor<std::chrono::seconds>(time - day)};
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                       days.at(std::chrono::weekday{day}.c_encoding()),
                       static_cast<unsigned>(date.day()),
                       months.at(static_cast<unsigned>(date.month()) - 1),
                       static_cast<int>(date.year()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

std::string domain_of(const std::string& address) {
    return address.substr(address.find('@') + 1);
}

// A name of plain words could hold characters that mean something there.
std::string quoted_name(const std::string& name) {
    std::string quoted = "\"";
    for (const char c : name) {
        quoted +=
            c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
    return quoted + "\"";
}

std::string from_header(const text::Mailbox& from) {
    constexpr std::size_t k_used = 6;  // "From: "
    const std::string address = "<" + from.address + ">";
    if (from.name.empty()) {
        return from.address;
    }
    if (is_plain(from.name)) {
        return quoted_name(from.name) + " " + address;
    }
    const std::string name = encode_header(from.name, k_used);
    const auto fold = name.rfind(k_line_end);
    const std::size_t last = fold == name.npos
                                 ? name.size() + k_used
                                 : name.size() - fold - k_line_end.size();
    const bool fits = last + 1 + address.size() <= k_header_line;
    return name + (fits ? " " : "\r\n ") + address;
}

void add_part(std::string& mail, const std::string& boundary,
              std::string_view type, std::string_view text) {
    mail += "--" + boundary + "\r\nContent-Type: " + std::string{type} +
            "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
            base64_lines(with_mail_line_ends(text));
}

}  // namespace

std::string encode_header(std::string_view text, std::size_t used) {
    if (is_plain(text)) {
        return std::string{text};
    }
    std::string encoded;
    while (!text.empty()) {
        // A folded line begins with a blank.
        const std::size_t before = encoded.empty() ? used : 1;
        const std::size_t length = word_length(text, k_header_line - before);
        encoded += encoded.empty() ? "" : "\r\n ";
        encoded += "=?UTF-8?B?" + text::base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return encoded;
}

std::string mail_content(const Digest& digest, const text::Mailbox& from,
                         const std::vector<std::string>& to,
                         clock::WallTime now) {
    const std::string id = digest.id();
    std::string mail =
        "Date: " + mail_date(now) + "\r\nFrom: " + from_header(from) +
        "\r\nTo: " + text::join(to, ",\r\n ") +
        "\r\nSubject: " + encode_header(digest.title(), 9) +
        "\r\nMessage-ID: <" + id + "@" + domain_of(from.address) +
        ">\r\nAuto-Submitted: auto-generated"
        "\r\nMIME-Version: 1.0"
        "\r\nContent-Type: multipart/alternative;\r\n"
        " boundary=\"" +
        id + "\"\r\n\r\n";
    add_part(mail, id, "text/plain", plain_text(digest));
    add_part(mail, id, "text/html", html_text(digest));
    return mail + "--" + id + "--\r\n";
}

}  // namespace lark_batch::notify
