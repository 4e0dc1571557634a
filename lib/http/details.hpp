// What libcurl knows about a transfer beyond its answer. Private to lib/http.
#pragma once

#include <curl/curl.h>

#include "lib/http/http.hpp"

namespace lark_batch::http {

// All but the host and the number of redirects.
Details read_details(CURL* handle, const Extras& extras);

// OpenSSL's form of a certificate's dates, "Nov 22 08:50:42 2026 GMT"; nothing
// for any other text.
std::optional<clock::WallTime> parse_certificate_date(const std::string& text);

}  // namespace lark_batch::http
