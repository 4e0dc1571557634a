#include "bench/token_client.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace lark_batch::bench {

namespace {

constexpr int k_rate = 400;

// Indexes are made afterwards: a third of the time.
constexpr const char* k_fill = R"sql(
SET maintenance_work_mem = '512MB';
DROP INDEX lark_batch.tokens_by_end, lark_batch.tokens_not_valid,
    lark_batch.tokens_by_key;
ALTER TABLE lark_batch.tokens DROP CONSTRAINT tokens_pkey,
    DROP CONSTRAINT tokens_app_token_type_subject_key;
INSERT INTO lark_batch.tokens (app, token_type, subject, key_id,
    access_sealed, refresh_sealed, refresh_hash, access_expires_at,
    refresh_expires_at, chain_ends_at)
SELECT 'app-' || i % 5, 'user_access_token', 'ou_' || md5(i::text), 'k1',
    decode(repeat(md5(i::text), 4), 'hex'),
    decode(repeat(md5(i::text), 4), 'hex'), decode(md5(i::text), 'hex'),
    now(), CASE WHEN i % 5 = 0
                THEN now() - interval '8 days' - random() * interval '100 days'
                ELSE now() + interval '1 day' + random() * interval '6 days'
           END, now() + interval '300 days'
FROM generate_series(1, {}) i;
ALTER TABLE lark_batch.tokens ADD PRIMARY KEY (token_id),
    ADD UNIQUE (app, token_type, subject);
CREATE INDEX tokens_by_end ON lark_batch.tokens (ends_at, token_id);
CREATE INDEX tokens_not_valid ON lark_batch.tokens (state, updated_at)
    WHERE state <> 'valid';
CREATE INDEX tokens_by_key ON lark_batch.tokens (key_id, token_id))sql";

// A live one is read by its person, then refreshed.
constexpr const char* k_script = R"sql(\set i 5 * random(1, {}) - 3
SELECT access_sealed, version FROM lark_batch.tokens WHERE token_id = :i;
UPDATE lark_batch.tokens SET version = version + 1,
    refresh_expires_at = now() + interval '7 days', updated_at = now()
WHERE token_id = :i;
)sql";

std::string with(const char* text, int number) {
    std::string filled = text;
    return filled.replace(filled.find("{}"), 2, std::to_string(number));
}

test::Command command(const Workplace& place, const std::string& database,
                      const test::TempDir& dir, int tokens, int seconds) {
    test::Command client;
    client.argv = {
        test::PostgresServer::program("pgbench"),
        "--no-vacuum",
        "--protocol=prepared",
        "--client=1",
        "--rate=" + std::to_string(k_rate),
        "--time=" + std::to_string(seconds),
        "--file=" +
            dir.write("script.sql", with(k_script, tokens / 5)).string(),
        "--log",
        "--log-prefix=" + (dir / "latency").string(),
        place.server().url(database)};
    return client;
}

}  // namespace

double now_unix() {
    return std::chrono::duration<double>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

TokenClient::TokenClient(const Workplace& place, const std::string& database,
                         int tokens, int seconds)
    : m_process(command(place, database, m_dir, tokens, seconds)) {}

// "client transaction latency_us script epoch_s us lag_us"
std::vector<TokenClient::Latency> TokenClient::finish() {
    const auto ended = m_process.wait(std::chrono::minutes{5});
    if (!ended || ended->exit_code != 0) {
        throw std::runtime_error("pgbench: " + m_process.err());
    }
    std::vector<Latency> all;
    std::ifstream log{m_dir / ("latency." + std::to_string(m_process.pid()))};
    for (std::string line; std::getline(log, line);) {
        std::istringstream fields{line};
        double skipped = 0;
        double latency = 0;
        double seconds = 0;
        double micros = 0;
        fields >> skipped >> skipped >> latency >> skipped >> seconds >> micros;
        all.push_back({seconds + micros / 1e6, latency / 1e3});
    }
    return all;
}

double p99(const std::vector<TokenClient::Latency>& all, const Span& within) {
    std::vector<double> values;
    for (const auto& one : all) {
        if (one.at >= within.begin && one.at <= within.end) {
            values.push_back(one.ms);
        }
    }
    if (values.size() < 100) {
        throw std::runtime_error("too few transactions for a percentile");
    }
    const auto place =
        values.begin() + static_cast<std::ptrdiff_t>(values.size() * 99 / 100);
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

void fill_tokens(const Workplace& place, const std::string& database,
                 int tokens) {
    place.server().sql(database, with(k_fill, tokens));
    place.server().sql(database, "VACUUM ANALYZE lark_batch.tokens");
    place.server().sql(database, "CHECKPOINT");
}

}  // namespace lark_batch::bench
