#include "tests/healthcheck/broker.hpp"

namespace lark_batch::test {

namespace {

constexpr const char* k_definitions = R"({
  "users": [{"name": "app", "password": "hunter2", "tags": ""},
            {"name": "blind", "password": "hunter2", "tags": ""},
            {"name": "lark", "password": "of-the-broker", "tags": ""}],
  "vhosts": [{"name": "/"}, {"name": "shop"}, {"name": "closed"}],
  "permissions": [
    {"user": "lark", "vhost": "/", "configure": ".*", "write": ".*",
     "read": ".*"},
    {"user": "app", "vhost": "shop", "configure": ".*", "write": ".*",
     "read": ".*"},
    {"user": "blind", "vhost": "shop", "configure": "^$", "write": "^$",
     "read": "^$"}],
  "queues": [
    {"name": "orders", "vhost": "shop", "durable": true, "auto_delete": false,
     "arguments": {}},
    {"name": "lark.tasks", "vhost": "/", "durable": true, "auto_delete": false,
     "arguments": {}}]
})";

}  // namespace

RabbitServer& broker() {
    static RabbitServer only{{k_definitions, broker_authority().issue()}};
    return only;
}

Authority& broker_authority() {
    static Authority only;
    return only;
}

}  // namespace lark_batch::test
