// Why a web service gave no answer, in the words of the other kinds:
// "connection refused" rather than "Failed to connect to ... after 0 ms".
#pragma once

#include <string>

#include "lib/http/http.hpp"

namespace lark_batch::healthcheck {

// Of an answer that did not come. What has no better words keeps libcurl's.
std::string web_fault_words(const http::Response& response);

}  // namespace lark_batch::healthcheck
