// The one place that words what went wrong with a call.
#pragma once

#include <string>
#include <string_view>

#include "lib/lark/client.hpp"
#include "lib/lark/envelope.hpp"
#include "lib/lark/errors.hpp"

namespace lark_batch::lark {

// Whose call it was. Only the route template is told: a filled-in path may
// hold a person's id.
struct Origin {
    std::string_view app;
    std::string_view method;
    std::string_view api;
    int attempts = 1;
};

// "app 'hr': GET /open-apis/... was refused with code 40004 'no dept
// authority error' (log id 2026...)".
Failure failure_of(const Origin& origin, const http::Response& response,
                   const Envelope& envelope, const Verdict& verdict);

// A page chain that ended without the server saying that it is complete.
Failure broken_chain(const Origin& origin, const http::Response& response,
                     std::string_view problem);

}  // namespace lark_batch::lark
