#pragma once

#include "tests/support/local_server.hpp"

namespace lark_batch::test {

// Takes alerts and tells nobody.
class Alertmanager : public LocalServer {
public:
    Alertmanager();
};

}  // namespace lark_batch::test
