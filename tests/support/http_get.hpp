// A plain HTTP client for tests; never through a proxy.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/wait.hpp"

namespace lark_batch::test {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
    int status = 0;  // 0: no answer, and `error` says why
    std::string body{};
    HttpHeaders headers{};  // names in lower case
    std::string error{};
};

HttpAnswer http_request(const std::string& method, const std::string& url,
                        const std::string& body = {},
                        const HttpHeaders& headers = {},
                        Milliseconds timeout = std::chrono::seconds{10});

inline HttpAnswer http_get(const std::string& url) {
    return http_request("GET", url);
}

std::string url_encode(std::string_view text);

}  // namespace lark_batch::test
