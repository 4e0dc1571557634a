// One RabbitMQ for all tests of the binary: it takes five seconds to start.
#pragma once

#include "tests/support/certificates.hpp"
#include "tests/support/rabbitmq.hpp"

namespace lark_batch::test {

// Users app and blind, with the password "hunter2", may enter the vhost shop,
// blind without any right there; it has the queue orders. The user lark, with
// its own password, may do everything in "/", which has the queue lark.tasks.
// Nobody consumes either queue. Nobody may enter the vhost closed.
inline constexpr const char* k_lark_password = "of-the-broker";

// Started by the first call, which does not wait for it: call it early, and
// await() it where it is needed.
RabbitServer& broker();

// Whose certificate it shows.
Authority& broker_authority();

}  // namespace lark_batch::test
