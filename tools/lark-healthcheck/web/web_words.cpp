#include "tools/lark-healthcheck/web/web_words.hpp"

#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "tools/lark-healthcheck/wire/socket.hpp"
#include "tools/lark-healthcheck/wire/tls.hpp"

namespace lark_batch::healthcheck {

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// "OpenSSL/3.0: error:0A00010B:SSL routines::wrong version number", where
// the number is OpenSSL's own.
std::string tls_words(const std::string& text) {
    constexpr std::string_view k_mark = "error:";
    if (has(text, "SSL_ERROR_SYSCALL")) {
        return "the server closed the connection";
    }
    const auto at = text.find(k_mark);
    const unsigned long code =
        at == std::string::npos
            ? 0
            : std::strtoul(text.c_str() + at + k_mark.size(), nullptr, 16);
    return code == 0 ? text : tls_fault_words(code);
}

}  // namespace

std::string web_fault_words(const http::Response& response) {
    const std::string& text = response.fault_text;
    if (response.os_error != 0) {
        return fault_words(response.os_error);
    }
    if (response.fault == http::Fault::timeout) {
        return "no answer in time";
    }
    if (has(text, "Connection reset by peer")) {
        return fault_words(ECONNRESET);
    }
    if (response.fault == http::Fault::tls) {
        return tls_words(text);
    }
    if (has(text, "Empty reply from server")) {
        return "the server closed the connection without an answer";
    }
    return text.empty() ? "no answer" : text;
}

}  // namespace lark_batch::healthcheck
