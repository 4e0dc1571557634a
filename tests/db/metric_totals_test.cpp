#include "lib/db/metric_totals.hpp"

#include <doctest/doctest.h>

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "lib/db/transaction.hpp"
#include "tests/db/database.hpp"

namespace lark_batch::db {

namespace {

constexpr const char* k_first = "00000000-0000-4000-8000-000000000001";
constexpr const char* k_second = "00000000-0000-4000-8000-000000000002";
constexpr const char* k_labels = R"({"app":"it's \"x\" 人"})";

class Totals {
public:
    bool add(const std::string& run_id, const MetricRows& deltas,
             const std::string& job = "job") {
        bool added = false;
        transact(m_connection, [&](pqxx::transaction_base& transaction) {
            added = add_to_totals(transaction, job, run_id, deltas);
        });
        return added;
    }
    MetricRows read(const std::string& job = "job") {
        MetricRows rows;
        rehearse(m_connection, [&](pqxx::transaction_base& transaction) {
            rows = read_totals(transaction, job);
        });
        return rows;
    }
    void reset(const std::string& job) {
        transact(m_connection, [&](pqxx::transaction_base& transaction) {
            reset_totals(transaction, job);
        });
    }
    Connection& connection() { return m_connection; }

private:
    Database m_database{Schema::migrated};
    Connection m_connection = m_database.connect();
};

MetricRows one_counter(double value) {
    return {{{"runs_total", k_labels, value}}, {}};
}

MetricRows one_histogram(std::vector<double> bounds, std::vector<double> counts,
                         double sum) {
    return {{},
            {{"seconds", k_labels, std::move(bounds), std::move(counts), sum}}};
}

}  // namespace

TEST_CASE("metric totals: counters add up over runs") {
    Totals totals;
    CHECK(totals.read().counters.empty());
    CHECK(totals.add(k_first, one_counter(2)));
    CHECK(totals.add(k_second, one_counter(0.1)));
    const auto rows = totals.read();
    REQUIRE(rows.counters.size() == 1);
    CHECK(rows.counters[0].metric == "runs_total");
    CHECK(rows.counters[0].labels == k_labels);
    CHECK(rows.counters[0].value == 2 + 0.1);
}

TEST_CASE("metric totals: a run counts once, however often it is told") {
    Totals totals;
    CHECK(totals.add(k_first, one_counter(2)));
    CHECK_FALSE(totals.add(k_first, one_counter(2)));
    CHECK_FALSE(totals.add(k_first, one_counter(50), "another job"));
    CHECK(totals.read().counters[0].value == 2);
    CHECK(totals.read("another job").counters.empty());
}

TEST_CASE("metric totals: a run that was rolled back may be told again") {
    Totals totals;
    rehearse(totals.connection(), [](pqxx::transaction_base& transaction) {
        CHECK(add_to_totals(transaction, "job", k_first, one_counter(2)));
    });
    CHECK(totals.read().counters.empty());
    CHECK(totals.add(k_first, one_counter(2)));
    CHECK(totals.read().counters[0].value == 2);
}

TEST_CASE("metric totals: a zero makes the series") {
    Totals totals;
    totals.add(k_first, one_counter(0));
    REQUIRE(totals.read().counters.size() == 1);
    CHECK(totals.read().counters[0].value == 0);
}

TEST_CASE("metric totals: histograms add up bucket by bucket") {
    Totals totals;
    totals.add(k_first, one_histogram({0.5, 10}, {1, 0, 2}, 30.25));
    totals.add(k_second, one_histogram({0.5, 10}, {10, 20, 30}, 0.5));
    const auto rows = totals.read();
    REQUIRE(rows.histograms.size() == 1);
    CHECK(rows.histograms[0].labels == k_labels);
    CHECK(rows.histograms[0].bounds == std::vector{0.5, 10.0});
    CHECK(rows.histograms[0].counts == std::vector{11.0, 20.0, 32.0});
    CHECK(rows.histograms[0].sum == 30.75);
}

TEST_CASE("metric totals: twelve buckets keep their order") {
    std::vector<double> bounds;
    std::vector<double> counts{0};
    for (int i = 1; i <= 12; ++i) {
        bounds.push_back(i);
        counts.push_back(i * 3);
    }
    Totals totals;
    totals.add(k_first, one_histogram(bounds, counts, 1));
    totals.add(k_second, one_histogram(bounds, counts, 1));
    const auto found = totals.read().histograms.at(0);
    CHECK(found.bounds == bounds);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        CHECK(found.counts.at(i) == counts[i] * 2);
    }
}

TEST_CASE("metric totals: a release with other bounds begins another row") {
    Totals totals;
    totals.add(k_first, one_histogram({1, 2}, {1, 1, 1}, 3));
    totals.add(k_second, one_histogram({1, 3}, {5, 5, 5}, 9));
    const auto rows = totals.read();
    REQUIRE(rows.histograms.size() == 2);
    CHECK(rows.histograms[0].sum + rows.histograms[1].sum == 12);
    CHECK(rows.histograms[0].bounds != rows.histograms[1].bounds);
}

TEST_CASE("metric totals: every number survives exactly") {
    Totals totals;
    const std::vector<double> bounds{0.005, 1.0 / 3.0, 86'400};
    const std::vector<double> counts{9'007'199'254'740'991.0, 0, 1, 2};
    totals.add(k_first, one_histogram(bounds, counts, 0.1 + 0.2));
    const auto found = totals.read().histograms.at(0);
    CHECK(found.bounds == bounds);
    CHECK(found.counts == counts);
    CHECK(found.sum == 0.1 + 0.2);
}

TEST_CASE("metric totals: labels and jobs are series of their own") {
    Totals totals;
    totals.add(k_first, {{{"runs_total", R"({"app":"a"})", 1},
                          {"runs_total", R"({"app":"b"})", 2},
                          {"other_total", R"({"app":"a"})", 3}},
                         {}});
    totals.add(k_second, one_counter(9), "another job");
    const auto rows = totals.read();
    REQUIRE(rows.counters.size() == 3);
    CHECK(rows.counters[0].value + rows.counters[1].value +
              rows.counters[2].value ==
          6);
    CHECK(totals.read("another job").counters.size() == 1);
}

TEST_CASE("metric totals: a reset empties one job, its runs stay counted") {
    Totals totals;
    totals.add(k_first, {{{"runs_total", k_labels, 1}},
                         {{"seconds", k_labels, {1}, {1, 0}, 1}}});
    totals.add(k_second, one_counter(9), "another job");
    totals.reset("job");
    CHECK(totals.read().counters.empty());
    CHECK(totals.read().histograms.empty());
    CHECK(totals.read("another job").counters.size() == 1);
    CHECK_FALSE(totals.add(k_first, one_counter(1)));
}

}  // namespace lark_batch::db
