#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "tests/sandbox/exchange.hpp"

namespace lark_batch::sandbox {

struct Record {
    std::uint64_t number = 0;
    std::int64_t arrived_ns = 0;
    int status = 0;
    std::string method;
    std::string path;
    std::string query;          // as sent
    std::string authorization;  // masked
    std::string content_type;
    std::string user_agent;
    std::string log_id;
    std::uint64_t body_bytes = 0;
};

// The last 10,000 requests, so that tests can assert what was sent.
class Journal {
public:
    void add(const Request& request, int status);
    void clear() { m_records.clear(); }
    [[nodiscard]] const std::deque<Record>& records() const {
        return m_records;
    }

private:
    std::uint64_t m_count = 0;
    std::deque<Record> m_records;
};

// Keeps the scheme and the last four characters.
std::string masked(std::string_view authorization);

}  // namespace lark_batch::sandbox
