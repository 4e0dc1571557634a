#pragma once

#include "tests/support/local_server.hpp"

namespace lark_batch::test {

// Keeps its groups over stop() and start(), not always over kill9(): they
// are written once a second.
class Pushgateway : public LocalServer {
public:
    Pushgateway();

    // All that a scrape would see.
    std::string metrics() const { return get("/metrics"); }
};

}  // namespace lark_batch::test
