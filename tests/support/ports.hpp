// Loopback ports that nobody else uses.
#pragma once

#include "tests/support/file_descriptor.hpp"

namespace lark_batch::test {

// A port on 127.0.0.1 with no listener. It is left in TIME_WAIT, so that for
// a minute the kernel hands it to nobody, but a server that sets SO_REUSEADDR
// (all of ours do) may bind it. Never the same twice in a process.
int free_port();

// Whether somebody accepts connections there.
bool listening(int port);

// A listening socket on 127.0.0.1; port 0 lets the kernel choose.
FileDescriptor listen_on(int port);
int port_of(int socket);

}  // namespace lark_batch::test
