#include "lib/db/bounded_session.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>

#include "lib/db/faults.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

// libpq takes a row in whole, and a field of it may have a gigabyte.
constexpr std::uint64_t k_most_bytes = 16u << 20;

struct Free {
    void operator()(PQconninfoOption* list) const { PQconninfoFree(list); }
    void operator()(PGconn* connection) const { PQfinish(connection); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Free>;

[[noreturn]] void too_late(const char* what) {
    throw Error{Kind::timeout, fmt::format("database: {}", what)};
}

void check_url(const std::string& url) {
    const std::unique_ptr<PQconninfoOption, Free> parsed{
        PQconninfoParse(url.c_str(), nullptr)};
    if (!parsed) {
        // libpq's own words may quote it.
        throw Error{Kind::config, "the database's url is not one of PostgreSQL",
                    "write it like \"postgresql://user@host:5432/name\""};
    }
}

// A user's statement that is wrong, and not the server.
bool is_mistake(const std::string& state) {
    return state.starts_with("42") || state == "25006";
}

// An administrator cancels with the code that our own limit has.
constexpr clock::Duration k_near_the_end{1'000};

Error error_from(const std::string& state, const std::string& message,
                 clock::Duration left) {
    const Error error = error_of(state, message);
    const bool late = state == "57014" && left < k_near_the_end;
    return Error{late                                ? Kind::timeout
                 : is_mistake(state)                 ? Kind::config
                 : error.kind() == Kind::unavailable ? Kind::unavailable
                                                     : Kind::failed,
                 error.what()};
}

// The server is to give up a little earlier than we do: then it says so, and
// does not work on for nobody.
long long statement_limit(clock::Duration left) {
    const long long all =
        std::min<long long>(left.count(), std::numeric_limits<int>::max());
    return std::max(1LL, all - std::min(100LL, all / 10));
}

[[noreturn]] void too_large() {
    throw Error{Kind::failed, "the answer is larger than 16 MiB"};
}

// What TCP has received so far; 0 for a socket of another family.
std::uint64_t bytes_received(int socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    const bool known =
        getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
    return known ? info.tcpi_bytes_received : 0;
}

}  // namespace

struct BoundedSession::Impl {
    void connect(const Settings& settings);
    void begin() const;
    void wait(short events, const char* what) const;
    void flush() const;
    void read() const;
    Result next_result() const;
    void check(const PGresult* result) const;
    [[noreturn]] void lost() const;

    clock::Deadline deadline;
    std::unique_ptr<PGconn, Free> connection;
};

void BoundedSession::Impl::lost() const {
    throw Error{Kind::unavailable,
                "database: " + first_line(PQerrorMessage(connection.get()))};
}

void BoundedSession::Impl::wait(short events, const char* what) const {
    const auto left = deadline.remaining();
    if (left == clock::Duration::zero()) {
        too_late(what);
    }
    pollfd watched{PQsocket(connection.get()), events, 0};
    const auto milliseconds =
        std::min<long long>(left.count(), std::numeric_limits<int>::max());
    // A signal, or nothing at all: the caller looks again.
    static_cast<void>(poll(&watched, 1, static_cast<int>(milliseconds)));
}

void BoundedSession::Impl::connect(const Settings& settings) {
    const std::string& password = settings.password.reveal();
    const std::array names{"dbname", "application_name",
                           password.empty() ? nullptr : "password",
                           static_cast<const char*>(nullptr)};
    const std::array values{settings.url.c_str(),
                            settings.application_name.c_str(), password.c_str(),
                            static_cast<const char*>(nullptr)};
    connection.reset(PQconnectStartParams(names.data(), values.data(), 1));
    if (!connection || PQstatus(connection.get()) == CONNECTION_BAD) {
        lost();
    }
    // Unasked, libpq prints them on stderr.
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    auto state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK) {
        wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT,
             "no answer to the connection");
        state = PQconnectPoll(connection.get());
        if (state == PGRES_POLLING_FAILED) {
            lost();
        }
    }
}

void BoundedSession::Impl::begin() const {
    const std::string start = fmt::format(
        "BEGIN READ ONLY; SET LOCAL statement_timeout = {};"
        " SET LOCAL lock_timeout = {}; SET LOCAL jit = off;"
        " SET LOCAL timezone = 'UTC'; SET LOCAL client_encoding = 'UTF8'",
        statement_limit(deadline.remaining()),
        statement_limit(deadline.remaining()));
    if (PQsetnonblocking(connection.get(), 1) != 0 ||
        PQsendQuery(connection.get(), start.c_str()) == 0) {
        lost();
    }
    flush();
    while (const Result result = next_result()) {
        check(result.get());
    }
}

void BoundedSession::Impl::flush() const {
    for (;;) {
        const int state = PQflush(connection.get());
        if (state == 0) {
            return;
        }
        if (state < 0) {
            lost();
        }
        // Reading, too: a server may want to be rid of an answer first.
        wait(POLLIN | POLLOUT, "the server takes no question");
        read();
    }
}

// libpq gives a row when it has all of it, so that a large one is found out
// before. A local socket does not say what it has received.
void BoundedSession::Impl::read() const {
    if (PQconsumeInput(connection.get()) == 0) {
        lost();
    }
    if (bytes_received(PQsocket(connection.get())) > k_most_bytes) {
        too_large();
    }
}

// Null behind the last one.
Result BoundedSession::Impl::next_result() const {
    while (PQisBusy(connection.get()) != 0) {
        wait(POLLIN, "no answer to a question");
        read();
    }
    return Result{PQgetResult(connection.get())};
}

void BoundedSession::Impl::check(const PGresult* result) const {
    switch (PQresultStatus(result)) {
        case PGRES_SINGLE_TUPLE:
        case PGRES_TUPLES_OK:
        case PGRES_COMMAND_OK:
            return;
        case PGRES_FATAL_ERROR: {
            const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
            if (PQstatus(connection.get()) == CONNECTION_BAD) {
                lost();
            }
            throw error_from(state == nullptr ? "" : state,
                             PQresultErrorMessage(result),
                             deadline.remaining());
        }
        default:
            throw Error{Kind::config, "the query is none that yields rows"};
    }
}

BoundedSession::BoundedSession(const Settings& settings,
                               const clock::Deadline& deadline)
    : m_impl(std::make_unique<Impl>(Impl{deadline, nullptr})) {
    check_url(settings.url);
    m_impl->connect(settings);
    m_impl->begin();
}

BoundedSession::~BoundedSession() = default;
BoundedSession::BoundedSession(BoundedSession&&) noexcept = default;
BoundedSession& BoundedSession::operator=(BoundedSession&&) noexcept = default;

namespace {

void add_rows(const PGresult* result, Rows& rows) {
    if (PQresultMemorySize(result) > k_most_bytes) {
        too_large();
    }
    const int columns = PQnfields(result);
    if (rows.columns.empty()) {
        for (int column = 0; column < columns; ++column) {
            rows.columns.emplace_back(PQfname(result, column));
        }
    }
    for (int row = 0; row < PQntuples(result); ++row) {
        auto& fields = rows.rows.emplace_back();
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) != 0) {
                fields.emplace_back(std::nullopt);
            } else {
                fields.emplace_back(PQgetvalue(result, row, column));
            }
        }
    }
}

}  // namespace

Rows BoundedSession::ask(const std::string& sql,
                         const std::vector<std::string>& parameters,
                         std::size_t most) {
    std::vector<const char*> values;
    std::ranges::transform(parameters, std::back_inserter(values),
                           &std::string::c_str);
    PGconn* const handle = m_impl->connection.get();
    if (PQsendQueryParams(handle, sql.c_str(), static_cast<int>(values.size()),
                          nullptr, values.data(), nullptr, nullptr, 0) == 0) {
        m_impl->lost();
    }
    // Row by row: a query without an end must not fill the memory.
    PQsetSingleRowMode(handle);
    m_impl->flush();
    Rows rows;
    while (const Result result = m_impl->next_result()) {
        m_impl->check(result.get());
        add_rows(result.get(), rows);
        if (rows.rows.size() > most) {
            throw Error{
                Kind::failed,
                most == 1
                    ? "the query yields more than one row"
                    : fmt::format("the query yields more than {} rows", most)};
        }
    }
    return rows;
}

}  // namespace lark_batch::db
