// URLs: taken apart as far as we need it, and built so that every value is
// percent-encoded exactly once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lark_batch::http {

// Names and plain values; a name may occur more than once.
using Query = std::vector<std::pair<std::string, std::string>>;

// "https" of "https://host:1/path", empty without "://".
std::string_view scheme_of(std::string_view url);

// The host without port and brackets, empty when there is none.
std::string_view host_of(std::string_view url);

// Scheme, host and port in one text to compare, with the scheme's own port
// where the URL names none: "https://host:443".
std::string origin_of(std::string_view url);

// localhost, 127.0.0.0/8 and ::1, judged by the text alone.
bool is_loopback(std::string_view host);

// Appends name=value pairs, encoded, after '?' or '&' as needed.
void append_query(std::string& url, const Query& query);

// The base URL of a service as configured, without trailing slashes. Throws
// Error(config) naming `what` unless it is https (plain http for loopback
// only) with a host and without user, query and fragment.
std::string checked_base_url(std::string_view what, std::string_view url);

}  // namespace lark_batch::http
