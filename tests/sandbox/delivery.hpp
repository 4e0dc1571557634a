#pragma once

#include "tests/sandbox/exchange.hpp"
#include "tests/sandbox/pages.hpp"
#include "tests/sandbox/waker.hpp"

struct MHD_Connection;

namespace lark_batch::sandbox {

// Hands the answer to the HTTP library, damaged as `reply.delivery` says.
// False means that the connection is to be closed without an answer.
bool deliver(MHD_Connection* connection, const Request& request,
             const Reply& reply, Waker& waker);

}  // namespace lark_batch::sandbox
