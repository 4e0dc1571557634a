#include "tools/lark-healthcheck/wire/stream.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

bool must_wait(int fault) {
    return fault == EAGAIN || fault == EWOULDBLOCK || fault == EINTR;
}

}  // namespace

Stream::Stream(const Endpoint& endpoint, const std::string& ip_version,
               const clock::Deadline& deadline)
    : m_deadline(deadline),
      m_descriptor(connect_to(endpoint, ip_version, deadline)) {}

void Stream::start_tls(const TlsSettings& settings) {
    if (!m_pending.empty()) {
        throw unavailable("the server sent more before TLS than it may");
    }
    m_tls = std::make_unique<Tls>(m_descriptor.get(), settings, m_deadline);
}

const Chain& Stream::chain() const {
    static const Chain none;
    return m_tls ? m_tls->chain() : none;
}

std::string Stream::tls_version() const {
    return m_tls ? m_tls->version() : std::string{};
}

void Stream::write(std::string_view bytes) {
    if (m_tls) {
        m_tls->write(bytes, m_deadline);
        return;
    }
    while (!bytes.empty()) {
        const ssize_t done =
            send(m_descriptor.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (done >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(done));
        } else if (!must_wait(errno)) {
            throw unavailable(fault_words(errno));
        } else if (!wait_for(m_descriptor.get(), POLLOUT, m_deadline)) {
            throw no_answer();
        }
    }
}

void Stream::hurry(clock::Duration rest) {
    m_deadline =
        clock::Deadline{clock::system_clock(), m_deadline.at_most(rest)};
}

std::size_t Stream::receive(char* buffer, std::size_t size) {
    if (m_tls) {
        return m_tls->read(buffer, size, m_deadline);
    }
    for (;;) {
        const ssize_t got = recv(m_descriptor.get(), buffer, size, 0);
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (!must_wait(errno)) {
            throw unavailable(fault_words(errno));
        }
        if (!wait_for(m_descriptor.get(), POLLIN, m_deadline)) {
            throw no_answer();
        }
    }
}

std::string Stream::read_some() {
    if (!m_pending.empty()) {
        return std::exchange(m_pending, {});
    }
    std::array<char, 4'096> buffer;
    return {buffer.data(), receive(buffer.data(), buffer.size())};
}

std::string Stream::read_line(std::size_t limit) {
    std::string text = std::exchange(m_pending, {});
    for (;;) {
        if (const auto end = text.find('\n'); end != std::string::npos) {
            m_pending = text.substr(end + 1);
            text.resize(end > 0 && text[end - 1] == '\r' ? end - 1 : end);
            return text;
        }
        if (text.size() > limit) {
            throw unavailable("the server's line does not end");
        }
        const std::string more = read_some();
        if (more.empty()) {
            throw unavailable("the server closed the connection");
        }
        text += more;
    }
}

}  // namespace lark_batch::healthcheck
