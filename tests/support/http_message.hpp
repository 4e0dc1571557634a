// Requests and replies as HTTP/1.1 text, for http_server.
#pragma once

#include <optional>
#include <string>

#include "tests/support/http_server.hpp"

namespace lark_batch::test {

// Takes one whole request off the front of the buffer, if it holds one.
// Bodies need a Content-Length; chunked ones are not understood.
std::optional<HttpRequest> take_request(std::string& buffer);

// Whether the client waits for leave to send the body.
bool expects_continue(const std::string& buffer);

std::string render(const Reply& reply);

}  // namespace lark_batch::test
