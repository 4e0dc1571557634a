// How a web service is reached: shared by the kinds that ask one.
#pragma once

#include <string>
#include <string_view>

#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class WebAccess {
public:
    // headers, user, password, bearer, ca-file, ip-version, max-body. The
    // object must stay where it is.
    void declare(config::OptionSet& set, const Check& check);

    // Bytes of an answer; to be changed before declare().
    std::uint64_t max_body = 1u << 20;

    // With its headers and extras, of GET.
    http::Request request(const std::string& url) const;

private:
    config::Strings m_headers;
    std::string m_user;
    text::Secret m_password;
    text::Secret m_bearer;
    std::string m_ca_file;
    std::string m_ip_version = "any";
};

// What is wrong with a URL that may have a path and a query, as a predicate;
// it must hold no password.
std::optional<std::string> check_url(const std::string& value);

// "Basic ...", for the header Authorization.
std::string basic_authorization(const std::string& user,
                                const text::Secret& password);

// For a kind that asks several questions on its own thread.
http::Settings client_settings(const Surroundings& around);

// Waits for the answer for what is left of the time. Throws
// Error(unavailable) naming `who`, also at the end of the time: the engine
// judges what comes then by timeout_state, and keeps the words.
http::Response ask(http::Client& client, http::Request request,
                   const clock::Deadline& deadline, std::string_view who);

// Of a URL, without its query: that may hold what is nobody's business.
std::string without_query(const std::string& url);
// "http://a/b?***", for --print-config.
std::string with_veiled_query(const std::string& url);

}  // namespace lark_batch::healthcheck
