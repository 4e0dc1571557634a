#include "tests/support/sandbox.hpp"

#include <cstdlib>
#include <stdexcept>

namespace lark_batch::test {

namespace {

Process start(const std::vector<std::string>& arguments,
              const std::filesystem::path& binary) {
    Command command;
    command.argv = {binary};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    return Process{command};
}

// From the line "listening on http://127.0.0.1:PORT", empty before it is
// whole.
std::string announced_url(const std::string& out) {
    static const std::string words = "listening on ";
    const auto at = out.find(words);
    const auto end = out.find('\n', at == std::string::npos ? 0 : at);
    if (at == std::string::npos || end == std::string::npos) {
        return {};
    }
    const auto from = at + words.size();
    return out.substr(from, end - from);
}

std::string body_of(const HttpAnswer& answer, const std::string& path) {
    if (answer.status < 200 || answer.status > 299) {
        throw std::runtime_error("sandbox: " + path + " answered " +
                                 std::to_string(answer.status) + " " +
                                 answer.error + answer.body);
    }
    return answer.body;
}

}  // namespace

std::filesystem::path Sandbox::default_binary() {
    const char* given = std::getenv("LARK_SANDBOX_BINARY");
    return given != nullptr ? given : LARK_SANDBOX_BINARY;
}

Sandbox::Sandbox(const std::vector<std::string>& arguments,
                 const std::filesystem::path& binary)
    : m_process(start(arguments, binary)) {
    const auto announced = [&] {
        m_url = announced_url(m_process.out());
        return !m_url.empty() || !m_process.running();
    };
    // A company of 200,000 people takes a while to make.
    until(announced, std::chrono::seconds{60});
    if (m_url.empty()) {
        throw std::runtime_error("the sandbox does not start: " +
                                 m_process.err());
    }
}

std::string Sandbox::get(const std::string& path) const {
    return body_of(http_get(m_url + path), path);
}

std::string Sandbox::post(const std::string& path,
                          const std::string& json) const {
    return body_of(http_request("POST", m_url + path, json,
                                {{"Content-Type", "application/json"}}),
                   path);
}

}  // namespace lark_batch::test
