#pragma once

#include "tests/support/local_server.hpp"

namespace lark_batch::test {

// Takes alerts and tells nobody.
class Alertmanager : public LocalServer {
public:
    // `more` of its configuration, such as inhibit_rules.
    explicit Alertmanager(const std::string& more = "");
};

}  // namespace lark_batch::test
