// One reusable easy handle with what belongs to the request it carries.
// Private to lib/http.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "lib/http/http.hpp"

namespace lark_batch::http {

class Transfer {
public:
    explicit Transfer(const Settings& settings);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // Sets everything that differs from request to request.
    void prepare(Request request, Client::Done done, std::string body_buffer);

    bool follows() const {
        return m_request.extras && m_request.extras->follow > 0;
    }
    // Whether the answer is a redirect that is followed: then the transfer is
    // prepared for its target.
    bool goes_elsewhere(CURLcode result);

    // The answer of a transfer that libcurl has ended; once per prepare().
    Response take_response(CURLcode result);
    Client::Done take_done() { return std::move(m_done); }

    CURL* handle() const { return m_handle.get(); }

private:
    struct FreeHandle {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    static std::size_t on_body(char* data, std::size_t size, std::size_t count,
                               void* self);
    static std::size_t on_header(char* data, std::size_t size,
                                 std::size_t count, void* self);
    bool append(const char* data, std::size_t size);
    void add_header(std::string_view line);
    void set_method() const;
    void set_route();
    void set_headers();
    void set_extras(clock::Duration limit);
    void begin(clock::Duration limit);
    Fault fault_of(CURLcode result) const;
    std::string fault_text_of(CURLcode result) const;
    bool speaks_no_http(CURLcode result) const;
    int os_error_of(CURLcode result) const;

    const Settings& m_settings;
    std::unique_ptr<CURL, FreeHandle> m_handle;
    std::unique_ptr<curl_slist, FreeList> m_headers;
    Request m_request;
    Response m_response;
    Client::Done m_done;
    std::size_t m_max_body = 0;
    bool m_too_large = false;
    bool m_head_ended = false;  // by its empty line
    bool m_has_extras = false;  // the handle, from this request or the last
    int m_redirects = 0;
    std::chrono::microseconds m_spent{0};  // on earlier redirects
    char m_error[CURL_ERROR_SIZE] = {};
};

}  // namespace lark_batch::http
