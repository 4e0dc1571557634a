#include "lib/db/metric_totals.hpp"

#include <fmt/format.h>

#include <pqxx/pqxx>

namespace lark_batch::db {

namespace {

constexpr const char* k_claim_run = R"sql(
INSERT INTO lark_batch.metric_applied_runs (run_id, applied_at)
VALUES ($1::uuid, now()) ON CONFLICT DO NOTHING)sql";

constexpr const char* k_add_counter = R"sql(
INSERT INTO lark_batch.metric_counter_totals AS total
    (job, metric, labels, value) VALUES ($1, $2, $3, $4)
ON CONFLICT (job, metric, labels)
DO UPDATE SET value = total.value + excluded.value)sql";

// Bucket counts are added one by one; bounds are part of the key, so both
// arrays have the same length.
constexpr const char* k_add_histogram = R"sql(
INSERT INTO lark_batch.metric_histogram_totals AS total
    (job, metric, labels, bounds, counts, sum)
VALUES ($1, $2, $3, $4::float8[], $5::float8[], $6)
ON CONFLICT (job, metric, labels, bounds) DO UPDATE SET
    counts = (SELECT array_agg(a + b ORDER BY place)
              FROM unnest(total.counts, excluded.counts)
                   WITH ORDINALITY AS pair(a, b, place)),
    sum = total.sum + excluded.sum)sql";

constexpr const char* k_read_counters = R"sql(
SELECT metric, labels, value FROM lark_batch.metric_counter_totals
WHERE job = $1 ORDER BY metric, labels)sql";

constexpr const char* k_read_histograms = R"sql(
SELECT metric, labels, bounds, counts, sum
FROM lark_batch.metric_histogram_totals
WHERE job = $1 ORDER BY metric, labels)sql";

std::string array_text(const std::vector<double>& numbers) {
    return fmt::format("{{{}}}", fmt::join(numbers, ","));
}

std::vector<double> array_of(const pqxx::field& field) {
    std::vector<double> numbers;
    pqxx::array_parser parser = field.as_array();
    for (;;) {
        const auto [kind, text] = parser.get_next();
        if (kind == pqxx::array_parser::done) {
            return numbers;
        }
        if (kind == pqxx::array_parser::string_value) {
            double number = 0;
            pqxx::from_string(text, number);
            numbers.push_back(number);
        }
    }
}

}  // namespace

bool add_to_totals(pqxx::transaction_base& transaction, const std::string& job,
                   const std::string& run_id, const MetricRows& deltas) {
    if (transaction.exec_params(k_claim_run, run_id).affected_rows() == 0) {
        return false;
    }
    for (const CounterRow& row : deltas.counters) {
        transaction.exec_params0(k_add_counter, job, row.metric, row.labels,
                                 row.value);
    }
    for (const HistogramRow& row : deltas.histograms) {
        transaction.exec_params0(k_add_histogram, job, row.metric, row.labels,
                                 array_text(row.bounds), array_text(row.counts),
                                 row.sum);
    }
    return true;
}

MetricRows read_totals(pqxx::transaction_base& transaction,
                       const std::string& job) {
    MetricRows totals;
    for (const pqxx::row& row : transaction.exec_params(k_read_counters, job)) {
        totals.counters.push_back(
            {row[0].c_str(), row[1].c_str(), row[2].as<double>()});
    }
    for (const pqxx::row& row :
         transaction.exec_params(k_read_histograms, job)) {
        totals.histograms.push_back({row[0].c_str(), row[1].c_str(),
                                     array_of(row[2]), array_of(row[3]),
                                     row[4].as<double>()});
    }
    return totals;
}

void reset_totals(pqxx::transaction_base& transaction, const std::string& job) {
    transaction.exec_params0(
        "DELETE FROM lark_batch.metric_counter_totals WHERE job = $1", job);
    transaction.exec_params0(
        "DELETE FROM lark_batch.metric_histogram_totals WHERE job = $1", job);
}

}  // namespace lark_batch::db
