#include "lib/db/canceller.hpp"

#include <libpq-fe.h>

#include <array>

namespace lark_batch::db {

struct Canceller::Handle {
    PGcancel* cancel = nullptr;
};

Canceller::Canceller(const Connection& connection)
    : m_handle(std::make_unique<Handle>(
          Handle{PQgetCancel(static_cast<PGconn*>(connection.native()))})) {}

Canceller::~Canceller() {
    PQfreeCancel(m_handle->cancel);
}

void Canceller::cancel() const {
    std::array<char, 256> reason{};
    PQcancel(m_handle->cancel, reason.data(), static_cast<int>(reason.size()));
}

}  // namespace lark_batch::db
