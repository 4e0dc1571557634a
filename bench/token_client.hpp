// Somebody who reads and writes live tokens all the time, and how long each
// time took: pgbench with a script.
#pragma once

#include <string>
#include <vector>

#include "bench/workplace.hpp"

namespace lark_batch::bench {

// Seconds since 1970 with fraction.
struct Span {
    double begin = 0;
    double end = 0;
};

double now_unix();

class TokenClient {
public:
    // Runs for that long, at `rate` transactions a second, on a database made
    // by fill_tokens().
    TokenClient(const Workplace& place, const std::string& database, int tokens,
                int seconds);

    // Waits for its end. Latencies in milliseconds, by when they ended.
    struct Latency {
        double at = 0;
        double ms = 0;
    };
    std::vector<Latency> finish();

private:
    test::TempDir m_dir;
    test::Process m_process;
};

// Of the latencies within the span, the 99th percentile in milliseconds.
double p99(const std::vector<TokenClient::Latency>& all, const Span& within);

// `tokens` rows, one in five of them ended more than a week ago, scattered
// over the table in no order.
void fill_tokens(const Workplace& place, const std::string& database,
                 int tokens);

}  // namespace lark_batch::bench
