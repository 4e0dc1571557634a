#include "lib/db/canceller.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace lark_batch::db {

struct Canceller::Handle {
    explicit Handle(PGconn* connection)
        : cancel(PQgetCancel(connection)),
          socket(fcntl(PQsocket(connection), F_DUPFD_CLOEXEC, 3)) {}
    ~Handle() {
        PQfreeCancel(cancel);
        if (socket >= 0) {
            close(socket);
        }
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    PGcancel* cancel;
    // A descriptor of our own: libpq's may be closed and used again for
    // something else while we look at it.
    int socket;
};

Canceller::Canceller(const Connection& connection)
    : m_handle(
          std::make_shared<Handle>(static_cast<PGconn*>(connection.native()))) {
}

Canceller::~Canceller() = default;

void Canceller::cancel() const {
    std::thread{[handle = m_handle] {
        std::array<char, 256> reason{};
        PQcancel(handle->cancel, reason.data(),
                 static_cast<int>(reason.size()));
    }}.detach();
}

void Canceller::cut() const {
    shutdown(m_handle->socket, SHUT_RDWR);
}

}  // namespace lark_batch::db
