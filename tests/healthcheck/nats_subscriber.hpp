// A client of NATS that listens to a subject, as a service would.
#pragma once

#include <string>

#include "tests/support/file_descriptor.hpp"

namespace lark_batch::test {

class NatsSubscriber {
public:
    // Returns when the server knows of the subscription. Throws
    // std::runtime_error when it does not answer.
    NatsSubscriber(int port, const std::string& subject);

private:
    FileDescriptor m_socket;
};

}  // namespace lark_batch::test
