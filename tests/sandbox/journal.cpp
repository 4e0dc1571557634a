#include "tests/sandbox/journal.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::size_t k_limit = 10'000;

}  // namespace

std::string masked(std::string_view authorization) {
    const std::size_t space = authorization.find(' ');
    std::string out(
        authorization.substr(0, space == authorization.npos ? 0 : space + 1));
    if (!authorization.empty()) {
        out += "****";
    }
    if (authorization.size() > out.size() + 8) {
        out += authorization.substr(authorization.size() - 4);
    }
    return out;
}

void Journal::add(const Request& request, int status) {
    if (m_records.size() >= k_limit) {
        m_records.pop_front();
    }
    Record& record = m_records.emplace_back();
    record.number = ++m_count;
    record.arrived_ns = request.arrived_ns;
    record.status = status;
    record.method = request.method;
    record.path = request.path;
    record.query = request.raw_query;
    record.authorization = masked(request.authorization);
    record.content_type = request.content_type;
    record.user_agent = request.user_agent;
    record.log_id = request.log_id;
    record.body_bytes = request.body.size();
}

}  // namespace lark_batch::sandbox
