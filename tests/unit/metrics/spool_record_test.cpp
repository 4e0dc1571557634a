#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "lib/metrics/deltas.hpp"

namespace lark_batch::metrics {

namespace {

SpoolRecord sample() {
    Deltas deltas;
    deltas.add(k_executions,
               {{"task_name", "sync_users"}, {"status", "success"}});
    deltas.add(k_rate_limited, {}, 0.1 + 0.2);
    deltas.add(k_sync_changes,
               {{"app", "a\"b\\c 人事 😀 end"},
                {"kind", "user"},
                {"action", "created"}},
               1e15 + 1);
    deltas.observe(k_duration, {{"task_name", "sync_users"}}, 1.0 / 3);
    return {"4e5c2a9e-1\tx\n\r\\n", "lark sync\tusers", deltas.totals()};
}

bool refused(std::string_view line) {
    try {
        parse_spool_record(line);
    } catch (const errors::Error& error) {
        return error.kind() == errors::Kind::config;
    }
    return false;
}

std::string joined(const std::vector<std::string>& fields) {
    std::string line;
    for (const auto& field : fields) {
        line += (line.empty() ? "" : "\t") + field;
    }
    return line;
}

}  // namespace

TEST_CASE("spool record: one line holds everything, exactly") {
    const auto record = sample();
    const auto line = serialize(record);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\r') == std::string::npos);
    CHECK(parse_spool_record(line) == record);
    CHECK(parse_spool_record(serialize({})) == SpoolRecord{});
}

TEST_CASE("spool record: no part of a line passes for a whole one") {
    const auto line = serialize(sample());
    for (std::size_t size = 0; size < line.size(); ++size) {
        CAPTURE(size);
        CHECK(refused(std::string_view{line}.substr(0, size)));
    }
    CHECK(refused(line + "\t"));
    CHECK(refused(line + "\tc"));
}

TEST_CASE("spool record: hostile lines are refused, not believed") {
    const std::string labels = R"({"task_name":"x"})";
    const std::string name = "scheduled_task_timeouts_total";
    for (const auto& fields : std::vector<std::vector<std::string>>{
             {"2", "r", "j", "end"},
             {"1", "r\\x", "j", "end"},
             {"1", "r\\", "j", "end"},
             {"1", "r", "j", "?", "end"},
             {"1", "r", "j", "c", name, "-1", labels, "end"},
             {"1", "r", "j", "c", name, "nan", labels, "end"},
             {"1", "r", "j", "c", name, "inf", labels, "end"},
             {"1", "r", "j", "c", name, "1x", labels, "end"},
             {"1", "r", "j", "c", name, "", labels, "end"},
             {"1", "r", "j", "c", name, "1", "{}", "end"},
             {"1", "r", "j", "h", "x", "1", "1e300", "1", "end"},
             {"1", "r", "j", "h", "x", "1", "2", "2", "1", "0", "0", "0",
              labels, "end"},
             {"1", "r", "j", "h", "x", "1", "0.5", "1", "1", labels, "end"},
         }) {
        CAPTURE(joined(fields));
        CHECK(refused(joined(fields)));
    }
}

TEST_CASE("spool record: a family of another release is left out") {
    const auto record =
        parse_spool_record(joined({"1",
                                   "r",
                                   "j",
                                   "c",
                                   "gone_total",
                                   "1",
                                   "{}",
                                   "c",
                                   "scheduled_task_timeouts_total",
                                   "2",
                                   R"({"task_name":"x"})",
                                   "h",
                                   "gone_seconds",
                                   "1",
                                   "1",
                                   "0.5",
                                   "1",
                                   "0",
                                   "{}",
                                   "end"}));
    REQUIRE(record.totals.counters.size() == 1);
    CHECK(record.totals.counters[0].value == 2);
    CHECK(record.totals.histograms.empty());
}

TEST_CASE("spool record: any single changed byte is refused or harmless") {
    const auto line = serialize(sample());
    for (std::size_t i = 0; i < line.size(); ++i) {
        for (const char byte : {'\0', '\t', '\\', '"', '9', '\xff'}) {
            auto changed = line;
            changed[i] = byte;
            try {
                parse_spool_record(changed);
            } catch (const errors::Error& error) {
                CHECK(error.kind() == errors::Kind::config);
            }
        }
    }
}

}  // namespace lark_batch::metrics
