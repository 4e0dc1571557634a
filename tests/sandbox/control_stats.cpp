#include <algorithm>

#include "tests/sandbox/control_parts.hpp"

namespace lark_batch::sandbox {
namespace {

json show_counter(World& world, const Rates::Key& key, const Counter& counter) {
    json by_status = json::object();
    for (const auto& [status, count] : counter.by_status) {
        by_status[status == 0 ? "reset" : std::to_string(status)] = count;
    }
    const auto app = key.second < 0
                         ? std::string()
                         : world.apps.at(static_cast<unsigned>(key.second)).id;
    return {{"api", key.first->pattern},
            {"app", app},
            {"total", counter.total},
            {"by_status", by_status},
            {"highest_per_second", counter.second.peak()},
            {"highest_per_minute", counter.minute.peak()}};
}

json show_record(const Record& record) {
    return {{"number", record.number},
            {"arrived_ns", record.arrived_ns},
            {"method", record.method},
            {"path", record.path},
            {"query", record.query},
            {"status", record.status},
            {"log_id", record.log_id},
            {"body_bytes", record.body_bytes},
            {"headers",
             {{"authorization", record.authorization},
              {"content-type", record.content_type},
              {"user-agent", record.user_agent}}}};
}

}  // namespace

json show_stats(World& world) {
    json calls = json::array();
    std::uint64_t total = 0;
    std::uint64_t tokens = 0;
    std::size_t second = 0;
    std::size_t minute = 0;
    for (const auto& [key, counter] : world.rates.counters()) {
        calls.push_back(show_counter(world, key, counter));
        total += counter.total;
        second = std::max(second, counter.second.peak());
        minute = std::max(minute, counter.minute.peak());
        if (key.first->api == Api::tenant_token ||
            key.first->api == Api::app_token) {
            tokens += counter.total;
        }
    }
    json rules = json::array();
    for (const FaultRule& rule : world.faults.rules()) {
        rules.push_back(
            {{"id", rule.id}, {"seen", rule.seen}, {"hits", rule.hits}});
    }
    return {{"calls", calls},
            {"total", total},
            {"token_calls", tokens},
            {"highest_per_second", second},
            {"highest_per_minute", minute},
            {"connections", world.connections},
            {"messages", world.messages_sent},
            {"page_cache_bytes", world.pages.bytes()},
            {"rules", rules}};
}

json show_requests(World& world, const Request& request) {
    const std::string* const prefix = request.find("path");
    json records = json::array();
    for (const Record& record : world.journal.records()) {
        if (prefix == nullptr || record.path.starts_with(*prefix)) {
            records.push_back(show_record(record));
        }
    }
    return {{"requests", records}};
}

}  // namespace lark_batch::sandbox
