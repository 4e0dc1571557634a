// What a broker's and librabbitmq's complaints mean, in words for a person.
#pragma once

#include <amqp.h>

#include <string>

#include "lib/errors/error.hpp"

namespace lark_batch::healthcheck {

std::string amqp_text(amqp_bytes_t bytes);

// "404 NOT_FOUND - no queue 'x' in vhost '/'", or the library's own words.
std::string amqp_words(const amqp_rpc_reply_t& reply);

// Whether it ended the channel only, not the connection.
bool amqp_closed_channel(const amqp_rpc_reply_t& reply);

// Of a queue that was not given to us: "queue 'x' is missing".
std::string amqp_queue_words(const amqp_rpc_reply_t& reply,
                             const std::string& queue);

// To be thrown: unavailable, or timeout when the time is over.
errors::Error amqp_fault(const amqp_rpc_reply_t& reply);
errors::Error amqp_login_fault(const amqp_rpc_reply_t& reply);
// Of a connection that cannot be opened.
errors::Error amqp_open_fault(int status, const std::string& host);

}  // namespace lark_batch::healthcheck
