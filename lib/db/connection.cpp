#include "lib/db/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <pqxx/pqxx>
#include <string_view>
#include <utility>

#include "lib/db/copy.hpp"
#include "lib/db/faults.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

constexpr clock::Duration k_longest_poll{60'000};

struct FreeConninfo {
    void operator()(PQconninfoOption* list) const { PQconninfoFree(list); }
};

// libpq's keyword string wants backslash and quote escaped.
void append_keyword(std::string& conninfo, std::string_view keyword,
                    std::string_view value) {
    conninfo += keyword;
    conninfo += "='";
    for (const char c : value) {
        if (c == '\'' || c == '\\') {
            conninfo += '\\';
        }
        conninfo += c;
    }
    conninfo += "' ";
}

long long whole_seconds(clock::Duration duration) {
    return std::max<long long>(
        1, std::chrono::ceil<std::chrono::seconds>(duration).count());
}

// A password with an '@' or '/' that is not percent-encoded ends up in these
// parts, which libpq's messages quote.
void refuse_misread(std::string_view keyword, std::string_view value) {
    const bool port = keyword == "port";
    const bool name = keyword == "host" || keyword == "dbname";
    if ((port && value.find_first_not_of("0123456789,") != value.npos) ||
        (name && value.find('@') != value.npos && value[0] != '@')) {
        throw Error{Kind::config, "[database] url is not a PostgreSQL URL",
                    "write '@' in a password as %40, '/' as %2F and '%' as "
                    "%25, or use [database] password_file"};
    }
}

// The user's URL with our own keywords added. libpq's own error text for a
// malformed URL may quote it, password included, so it is not passed on.
std::string conninfo_of(const Settings& settings) {
    const std::unique_ptr<PQconninfoOption, FreeConninfo> parsed{
        PQconninfoParse(settings.url.c_str(), nullptr)};
    if (!parsed) {
        throw Error{Kind::config, "[database] url is not a PostgreSQL URL",
                    "write it like \"postgresql://user@host:5432/lark_batch\""};
    }
    std::string conninfo;
    for (const auto* option = parsed.get(); option->keyword != nullptr;
         ++option) {
        if (option->val != nullptr && *option->val != '\0') {
            refuse_misread(option->keyword, option->val);
            append_keyword(conninfo, option->keyword, option->val);
        }
    }
    append_keyword(conninfo, "application_name", settings.application_name);
    append_keyword(conninfo, "connect_timeout",
                   std::to_string(whole_seconds(settings.connect_timeout)));
    // A peer that vanishes is noticed within half a minute.
    append_keyword(conninfo, "keepalives_idle", "15");
    append_keyword(conninfo, "keepalives_interval", "5");
    append_keyword(conninfo, "keepalives_count", "3");
    append_keyword(conninfo, "tcp_user_timeout", "30000");
    if (!settings.password.empty()) {
        append_keyword(conninfo, "password", settings.password.reveal());
    }
    return conninfo;
}

std::string session_settings(const Settings& settings) {
    return fmt::format(
        "SET statement_timeout = {}; SET lock_timeout = {}; "
        "SET timezone = 'UTC'; SET client_encoding = 'UTF8'; "
        "SET search_path = pg_catalog; SET client_min_messages = warning; "
        "SET jit = off",
        settings.statement_timeout.count(), settings.lock_timeout.count());
}

// A host that vanishes without a word, power or cable, keeps its task's lock
// for as long as the server takes it to be there: two hours, unless told. Not
// over a Unix socket, where PostgreSQL passes over these.
constexpr const char* k_notice_lost_hosts =
    "; SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5;"
    " SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000";

// A session whose program was killed gives its locks back soon, even while it
// waits for a lock itself; PostgreSQL 13 has no such setting.
constexpr const char* k_notice_lost_clients =
    "; SET client_connection_check_interval = '5s'";
constexpr int k_can_notice_lost_clients = 140'000;

// The server answered and refused: waiting will not help, so this is not a
// dependency that is down. libpq gives no SQLSTATE here, only words.
bool is_refusal(std::string_view message) {
    constexpr std::array<std::string_view, 5> signs{
        "authentication failed", "does not exist", "no password supplied",
        "no pg_hba.conf entry", "permission denied for database"};
    return std::ranges::any_of(signs, [message](std::string_view sign) {
        return message.find(sign) != std::string_view::npos;
    });
}

}  // namespace

// pqxx::connection with its libpq handle, which libpqxx keeps private.
class Connection::Session : public pqxx::connection_base {
public:
    explicit Session(const std::string& conninfo)
        : connection_base(m_policy), m_policy(conninfo) {
        init();
// Deprecated because libpqxx 7 never revives a session; 6 would.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }
    ~Session() {
        close();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    PGconn* handle() const {
        return m_policy.kept;
    }

private:
    struct Policy : pqxx::connect_direct {
        using connect_direct::connect_direct;
        handle do_startconnect(handle original) override {
            kept = connect_direct::do_startconnect(original);
            return kept;
        }
        PGconn* kept = nullptr;
    };

    Policy m_policy;
};

Connection::Connection(const Settings& settings) {
    const std::string conninfo = conninfo_of(settings);
    try {
        m_session = std::make_unique<Session>(conninfo);
    } catch (const pqxx::broken_connection& fault) {
        const bool refused = is_refusal(fault.what());
        throw Error{refused ? Kind::config : Kind::unavailable,
                    "database: " + first_line(fault.what()),
                    refused ? "check user, password and database name"
                            : "check that PostgreSQL runs and [database] url "
                              "is right"};
    }
    const bool notices =
        PQserverVersion(m_session->handle()) >= k_can_notice_lost_clients;
    set_up(session_settings(settings) + k_notice_lost_hosts +
               (notices ? k_notice_lost_clients : ""),
           std::chrono::seconds{whole_seconds(settings.connect_timeout)});
}

// libpqxx would wait without a limit, and here it shows whether somebody is
// behind a pooler, or a server that is frozen.
void Connection::set_up(const std::string& sql, clock::Duration limit) {
    PGconn* const handle = m_session->handle();
    const clock::Deadline deadline{clock::system_clock(), limit};
    bool answered = PQsendQuery(handle, sql.c_str()) == 0;  // or says why not
    while (!answered && !deadline.passed()) {
        pollfd answer{PQsocket(handle), POLLIN, 0};
        const auto left = std::min(deadline.remaining(), k_longest_poll);
        answered = poll(&answer, 1, static_cast<int>(left.count())) > 0;
    }
    if (!answered) {
        throw Error{Kind::unavailable,
                    "database: the server takes the connection, but does not "
                    "answer",
                    "check that PostgreSQL runs, and a pooler before it"};
    }
    expect_copy_success(handle);
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

pqxx::connection_base& Connection::session() {
    finish_copy();
    return *m_session;
}

void Connection::finish_copy() {
    if (std::exchange(m_copying, false)) {
        expect_copy_success(native());
    }
}

void Connection::execute(const std::string& sql) {
    translate_faults([&] {
        pqxx::nontransaction direct{session()};
        direct.exec(sql);
    });
}

bool Connection::alive() const {
    return PQstatus(m_session->handle()) == CONNECTION_OK;
}

void Connection::expect_alive() {
    PGconn* handle = m_session->handle();
    if (PQconsumeInput(handle) == 0 || PQstatus(handle) != CONNECTION_OK) {
        throw Error{Kind::unavailable,
                    "database: the session was lost: " +
                        first_line(PQerrorMessage(handle)),
                    "check that PostgreSQL runs"};
    }
}

void* Connection::native() const {
    return m_session->handle();
}

}  // namespace lark_batch::db
