#include "tools/lark-healthcheck/wire/smtp_dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "lib/text/base64.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

constexpr std::size_t k_most_lines = 100;

std::string in_upper_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
    });
    return text;
}

}  // namespace

// "250-SIZE", then "250 HELP": RFC 5321, 4.2.1.
SmtpDialogue::Reply SmtpDialogue::read_reply() {
    Reply reply;
    for (;;) {
        const std::string line = m_stream.read_line(2'048);
        const auto code =
            text::parse_integer(std::string_view{line}.substr(0, 3));
        const bool more = line.size() > 3 && line[3] == '-';
        if (line.size() < 3 || !code || *code < 200 || *code > 599 ||
            reply.lines.size() > k_most_lines) {
            throw unavailable("the answer is not SMTP: '" +
                              text::excerpt(line, 60) + "'");
        }
        reply.code = static_cast<int>(*code);
        reply.lines.push_back(line.size() > 4 ? line.substr(4) : "");
        if (!more) {
            return reply;
        }
    }
}

SmtpDialogue::Reply SmtpDialogue::demand(std::string_view what, int wanted) {
    Reply reply = read_reply();
    if (reply.code != wanted) {
        throw unavailable(fmt::format("{}: {} instead of {}: {}", what,
                                      reply.code, wanted,
                                      text::excerpt(reply.lines.back(), 80)));
    }
    return reply;
}

SmtpDialogue::Reply SmtpDialogue::ask(const std::string& line,
                                      std::string_view what, int wanted) {
    m_stream.write(line + "\r\n");
    return demand(what, wanted);
}

void SmtpDialogue::greet() {
    demand("banner", 220);
}

void SmtpDialogue::ehlo() {
    const Reply reply = ask("EHLO localhost", "EHLO", 250);
    m_capabilities.clear();
    // The first line is a greeting.
    for (std::size_t at = 1; at < reply.lines.size(); ++at) {
        m_capabilities.push_back(in_upper_case(reply.lines[at]));
    }
}

bool SmtpDialogue::offers(std::string_view capability,
                          std::string_view parameter) const {
    return std::ranges::any_of(m_capabilities, [&](const std::string& line) {
        const auto words = text::split(line, ' ');
        return words.front() == capability &&
               (parameter.empty() ||
                std::ranges::find(words, parameter) != words.end());
    });
}

void SmtpDialogue::ask_for_tls() {
    ask("STARTTLS", "STARTTLS", 220);
}

void SmtpDialogue::log_in(const std::string& user,
                          const text::Secret& password) {
    std::string plain{'\0'};
    plain += user + '\0' + password.reveal();
    ask("AUTH PLAIN " + text::base64(plain), "login", 235);
}

void SmtpDialogue::quit() {
    ask("QUIT", "QUIT", 221);
}

}  // namespace lark_batch::healthcheck
