#include "tests/support/http_get.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace lark_batch::test {

namespace {

struct CurlDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using Handle = std::unique_ptr<CURL, CurlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;

std::size_t take_body(char* data, std::size_t, std::size_t size, void* into) {
    static_cast<HttpAnswer*>(into)->body.append(data, size);
    return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* into) {
    std::string line{data, size};
    line.erase(line.find_last_not_of("\r\n") + 1);
    const auto colon = line.find(':');
    if (colon != std::string::npos) {
        auto name = line.substr(0, colon);
        std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return static_cast<char>(
                std::tolower(static_cast<unsigned char>(c)));
        });
        const auto start = line.find_first_not_of(' ', colon + 1);
        static_cast<HttpAnswer*>(into)->headers.emplace_back(
            name, start == std::string::npos ? "" : line.substr(start));
    }
    return size;
}

HeaderList list_of(const HttpHeaders& headers) {
    // An empty Expect keeps curl from asking first.
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : headers) {
        list = curl_slist_append(list, (name + ": " + value).c_str());
    }
    return HeaderList{list};
}

void set_up(CURL* curl, HttpAnswer& answer, const std::string& url,
            Milliseconds timeout) {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(timeout.count()));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
}

}  // namespace

HttpAnswer http_request(const std::string& method, const std::string& url,
                        const std::string& body, const HttpHeaders& headers,
                        Milliseconds timeout) {
    const Handle curl{curl_easy_init()};
    const auto list = list_of(headers);
    HttpAnswer answer;
    set_up(curl.get(), answer, url, timeout);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, list.get());
    if (method != "GET") {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    }
    const auto result = curl_easy_perform(curl.get());
    if (result != CURLE_OK) {
        answer.error = curl_easy_strerror(result);
        return answer;
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
}

std::string url_encode(std::string_view text) {
    static constexpr char k_hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.') {
            out += c;
        } else {
            out += '%';
            out += k_hex[byte >> 4];
            out += k_hex[byte & 15];
        }
    }
    return out;
}

}  // namespace lark_batch::test
