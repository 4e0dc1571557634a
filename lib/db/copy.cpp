#include "lib/db/copy.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "lib/db/faults.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

struct ClearResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

// Pieces that fit libpq's output buffer without growing it for good.
constexpr std::size_t k_piece = 64u << 10;

[[noreturn]] void fail(PGconn* connection) {
    const bool lost = PQstatus(connection) != CONNECTION_OK;
    throw Error{lost ? Kind::unavailable : Kind::failed,
                "database: " + first_line(PQerrorMessage(connection)),
                lost ? "check that PostgreSQL runs" : ""};
}

// As translate_faults() would; the primary message is without the row that
// DETAIL and CONTEXT quote.
Error error_from(const PGresult* result) {
    const auto field = [result](int code) {
        const char* text = PQresultErrorField(result, code);
        return std::string{text == nullptr ? "" : text};
    };
    return error_of(field(PG_DIAG_SQLSTATE), field(PG_DIAG_MESSAGE_PRIMARY));
}

void send_rows(PGconn* connection, std::string_view rows) {
    while (!rows.empty()) {
        const std::string_view piece = rows.substr(0, k_piece);
        if (PQputCopyData(connection, piece.data(),
                          static_cast<int>(piece.size())) != 1) {
            fail(connection);
        }
        rows.remove_prefix(piece.size());
    }
    if (PQputCopyEnd(connection, nullptr) != 1) {
        fail(connection);
    }
}

const char* escape_of(char c) {
    switch (c) {
        case '\\':
            return "\\\\";
        case '\t':
            return "\\t";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        default:
            return nullptr;
    }
}

}  // namespace

// All results must be read, or the session stays in COPY.
void expect_copy_success(void* native) {
    auto* connection = static_cast<PGconn*>(native);
    std::optional<Error> fault;
    while (const Result result{PQgetResult(connection)}) {
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
            fault.emplace(error_from(result.get()));
        }
    }
    if (PQstatus(connection) != CONNECTION_OK) {
        fail(connection);
    }
    if (fault) {
        throw Error{*fault};
    }
}

void append_copy_text(std::string& out, std::string_view text) {
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const char* escape = escape_of(text[at])) {
            out.append(text.substr(start, at - start));
            out += escape;
            start = at + 1;
        }
    }
    out.append(text.substr(start));
}

void CopyBuffer::separate() {
    if (!std::exchange(m_first_field, false)) {
        m_rows += '\t';
    }
}

CopyBuffer& CopyBuffer::text(std::string_view value) {
    separate();
    append_copy_text(m_rows, value);
    return *this;
}

CopyBuffer& CopyBuffer::integer(long long value) {
    return escaped(std::to_string(value));
}

CopyBuffer& CopyBuffer::boolean(bool value) {
    return escaped(value ? "t" : "f");
}

CopyBuffer& CopyBuffer::null() {
    return escaped("\\N");
}

CopyBuffer& CopyBuffer::escaped(std::string_view value) {
    separate();
    m_rows += value;
    return *this;
}

void CopyBuffer::end_row() {
    m_rows += '\n';
    m_first_field = true;
}

void CopyBuffer::send(Connection& connection) {
    send_ahead(connection);
    connection.finish_copy();
}

void CopyBuffer::send_ahead(Connection& connection) {
    if (m_rows.empty()) {
        return;
    }
    connection.finish_copy();
    auto* native = static_cast<PGconn*>(connection.native());
    const std::string sql = "COPY " + m_target + " FROM STDIN";
    const Result started{PQexec(native, sql.c_str())};
    if (PQstatus(native) != CONNECTION_OK) {
        fail(native);
    }
    if (PQresultStatus(started.get()) != PGRES_COPY_IN) {
        throw error_from(started.get());
    }
    send_rows(native, m_rows);
    connection.note_copy_under_way();
    m_rows.clear();  // keeps its memory for the next batch
}

}  // namespace lark_batch::db
