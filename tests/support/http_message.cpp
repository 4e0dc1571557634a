#include "tests/support/http_message.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace lark_batch::test {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return text;
}

HttpRequest parse_head(const std::string& head) {
    std::istringstream lines{head};
    HttpRequest request;
    std::string line;
    std::getline(lines, line);
    std::istringstream{line} >> request.method >> request.target;
    while (std::getline(lines, line)) {
        line.erase(line.find_last_not_of("\r ") + 1);
        const auto colon = line.find(':');
        if (colon != std::string::npos) {
            const auto start = line.find_first_not_of(' ', colon + 1);
            request.headers.emplace_back(
                lower(line.substr(0, colon)),
                start == std::string::npos ? "" : line.substr(start));
        }
    }
    return request;
}

}  // namespace

std::string HttpRequest::header(const std::string& name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

std::optional<HttpRequest> take_request(std::string& buffer) {
    const auto end = buffer.find("\r\n\r\n");
    if (end == std::string::npos) {
        return std::nullopt;
    }
    auto request = parse_head(buffer.substr(0, end));
    const auto length = static_cast<std::size_t>(
        std::strtoull(request.header("content-length").c_str(), nullptr, 10));
    if (buffer.size() - end - 4 < length) {
        return std::nullopt;
    }
    request.body = buffer.substr(end + 4, length);
    buffer.erase(0, end + 4 + length);
    return request;
}

bool expects_continue(const std::string& buffer) {
    const auto end = buffer.find("\r\n\r\n");
    return end != std::string::npos &&
           lower(parse_head(buffer.substr(0, end)).header("expect")) ==
               "100-continue";
}

std::string render(const Reply& reply) {
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Test\r\n";
    for (const auto& [name, value] : reply.headers) {
        text += name + ": " + value + "\r\n";
    }
    text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
    return text + "\r\n" + reply.body;
}

}  // namespace lark_batch::test
