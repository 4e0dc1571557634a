#include "tools/lark-run/relay.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <utility>

namespace lark_batch::lark_run {

namespace {

constexpr std::size_t k_part = 64u << 10;

// What poll(2) calls writable takes that much without waiting: a descriptor of
// ours cannot be made non-blocking, because others share it.
std::size_t largest_write_to(int target) {
    struct stat facts {};
    const bool waits_for_nobody =
        fstat(target, &facts) == 0 &&
        (S_ISREG(facts.st_mode) || (S_ISCHR(facts.st_mode) && !isatty(target)));
    return waits_for_nobody ? k_part : PIPE_BUF;
}

bool takes_more(int target) {
    pollfd watched{target, POLLOUT, 0};
    return ::poll(&watched, 1, 0) > 0;
}

}  // namespace

Relay::Relay(files::Descriptor source, int target, Taker taker)
    : m_source(std::move(source)),
      m_target(target),
      m_largest_write(target < 0 ? 0 : largest_write_to(target)),
      m_taker(std::move(taker)) {}

pollfd Relay::wanted() const {
    if (has_rest()) {
        return {m_target, POLLOUT, 0};
    }
    return {m_source.get(), POLLIN, 0};
}

void Relay::turn() {
    if (!has_rest() && m_source) {
        take_more();
    }
    write_rest();
}

void Relay::take_more() {
    static thread_local std::array<char, k_part> part;
    const ssize_t got = read(m_source.get(), part.data(), part.size());
    if (got <= 0) {
        if (got == 0) {
            close();
        }
        return;
    }
    const std::string_view bytes{part.data(), static_cast<std::size_t>(got)};
    m_taker(bytes);
    if (m_target >= 0) {
        m_rest = bytes;
        m_written = 0;
    }
}

void Relay::write_rest() {
    while (has_rest() && takes_more(m_target)) {
        const auto size = std::min(m_rest.size() - m_written, m_largest_write);
        const ssize_t count =
            ::write(m_target, m_rest.data() + m_written, size);
        if (count >= 0) {
            m_written += static_cast<std::size_t>(count);
        } else if (errno != EINTR && errno != EAGAIN) {
            give_up(errno);
        } else {
            return;
        }
    }
}

void Relay::give_up(int fault) {
    m_fault = fault;
    m_target = -1;
    m_rest.clear();
    m_written = 0;
    if (fault == EPIPE) {
        close();
    }
}

}  // namespace lark_batch::lark_run
