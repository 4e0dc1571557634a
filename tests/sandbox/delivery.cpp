#include "tests/sandbox/delivery.hpp"

#include <microhttpd.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace lark_batch::sandbox {
namespace {

constexpr int k_drip_ms = 20;
constexpr std::size_t k_drip_bytes = 16;

// MHD's constants are C casts inside macros.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
constexpr std::uint64_t k_unknown_size = MHD_SIZE_UNKNOWN;
constexpr ssize_t k_end = MHD_CONTENT_READER_END_OF_STREAM;
constexpr ssize_t k_broken = MHD_CONTENT_READER_END_WITH_ERROR;
#pragma GCC diagnostic pop

struct Stream {
    Page body;
    Delivery kind;
    std::uint64_t padding;
    MHD_Connection* connection;
    Waker& waker;
    bool rested = false;
};

ssize_t copy(const Stream& stream, std::uint64_t at, char* buffer,
             std::size_t most) {
    const std::size_t from = static_cast<std::size_t>(at);
    const std::size_t size = std::min(most, stream.body->size() - from);
    std::memcpy(buffer, stream.body->data() + from, size);
    return static_cast<ssize_t>(size);
}

ssize_t read_drip(Stream& stream, std::uint64_t at, char* buffer,
                  std::size_t most) {
    if (!stream.rested) {
        stream.rested = true;
        MHD_suspend_connection(stream.connection);
        stream.waker.wake(stream.connection, k_drip_ms);
        return 0;
    }
    stream.rested = false;
    return copy(stream, at, buffer, std::min(most, k_drip_bytes));
}

ssize_t read_huge(const Stream& stream, std::uint64_t at, char* buffer,
                  std::size_t most) {
    const std::uint64_t size = stream.body->size();
    if (at < size) {
        return copy(stream, at, buffer, most);
    }
    if (stream.padding > 0 && at >= size + stream.padding) {
        return k_end;
    }
    std::uint64_t count = most;
    if (stream.padding > 0) {
        count = std::min(count, size + stream.padding - at);
    }
    std::memset(buffer, ' ', static_cast<std::size_t>(count));
    return static_cast<ssize_t>(count);
}

ssize_t read_stream(void* context, std::uint64_t at, char* buffer,
                    std::size_t most) {
    Stream& stream = *static_cast<Stream*>(context);
    if (stream.kind == Delivery::drip) {
        return read_drip(stream, at, buffer, most);
    }
    if (stream.kind == Delivery::huge) {
        return read_huge(stream, at, buffer, most);
    }
    const std::uint64_t half = stream.body->size() / 2;
    if (at >= half) {
        return k_broken;
    }
    return copy(
        stream, at, buffer,
        std::min<std::size_t>(most, static_cast<std::size_t>(half - at)));
}

void free_stream(void* context) {
    delete static_cast<Stream*>(context);
}

void free_page(void* context) {
    delete static_cast<Page*>(context);
}

MHD_Response* whole_response(const Page& body) {
    // The library reads only, but asks for a mutable buffer.
    auto* const text = const_cast<char*>(body->data());
    return MHD_create_response_from_buffer_with_free_callback_cls(
        body->size(), text, free_page, std::make_unique<Page>(body).release());
}

MHD_Response* stream_response(MHD_Connection* connection, const Reply& reply,
                              Waker& waker) {
    auto stream = std::make_unique<Stream>(
        Stream{reply.body, reply.delivery, reply.bytes, connection, waker});
    const std::uint64_t size =
        reply.delivery == Delivery::huge ? k_unknown_size : reply.body->size();
    return MHD_create_response_from_callback(size, 32768, read_stream,
                                             stream.release(), free_stream);
}

// Disconnecting the socket by hand makes the kernel send RST, where closing
// it would end the stream politely.
void reset_peer(MHD_Connection* connection) {
    const MHD_ConnectionInfo* const info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    sockaddr nowhere{};
    nowhere.sa_family = AF_UNSPEC;
    const linger none{1, 0};
    setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    connect(info->connect_fd, &nowhere, sizeof nowhere);
}

const char* content_type(Content content) {
    static constexpr std::array k_types = {"application/json; charset=utf-8",
                                           "text/plain; charset=utf-8",
                                           "text/html; charset=utf-8"};
    return k_types[static_cast<std::size_t>(content)];
}

}  // namespace

bool deliver(MHD_Connection* connection, const Request& request,
             const Reply& reply, Waker& waker) {
    if (reply.delivery == Delivery::reset || !reply.body) {
        reset_peer(connection);
        return false;
    }
    MHD_Response* const response =
        reply.delivery == Delivery::whole
            ? whole_response(reply.body)
            : stream_response(connection, reply, waker);
    MHD_add_response_header(response, "Content-Type",
                            content_type(reply.content));
    MHD_add_response_header(response, "X-Tt-Logid", request.log_id.c_str());
    for (const auto& [name, value] : reply.headers) {
        MHD_add_response_header(response, name.c_str(), value.c_str());
    }
    const MHD_Result queued = MHD_queue_response(
        connection, static_cast<unsigned>(reply.status), response);
    MHD_destroy_response(response);
    return queued == MHD_YES;
}

}  // namespace lark_batch::sandbox
