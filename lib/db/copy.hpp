// Rows on their way into a table by COPY's text format (PostgreSQL manual,
// "COPY", section "Text Format"): collected in memory, sent in batches that
// each are a statement of their own, so that no transaction stays open while
// the next rows are fetched.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/db/connection.hpp"

namespace lark_batch::db {

// Appends one field's text, escaped.
void append_copy_text(std::string& out, std::string_view text);

// Reads the answer to a copy, or to commands, that were sent; `native` is the
// libpq connection. Throws as translate_faults() says.
void expect_copy_success(void* native);

class CopyBuffer {
public:
    // `target` is the table with its column list, as in "t (a, b)".
    explicit CopyBuffer(std::string target) : m_target(std::move(target)) {}

    CopyBuffer& text(std::string_view value);
    CopyBuffer& integer(long long value);
    CopyBuffer& boolean(bool value);
    CopyBuffer& null();
    // Already in COPY's text format.
    CopyBuffer& escaped(std::string_view value);
    void end_row();

    std::size_t bytes() const { return m_rows.size(); }

    // Sends what is collected. Throws as translate_faults() says.
    void send(Connection& connection);

    // The same without waiting for the server's answer: it works while the
    // caller collects more. What goes wrong is thrown by the next use of the
    // connection.
    void send_ahead(Connection& connection);

private:
    void separate();

    std::string m_target;
    std::string m_rows;
    bool m_first_field = true;
};

}  // namespace lark_batch::db
