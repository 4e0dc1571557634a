// A fifth of a large table is past its retention, while somebody uses the
// rest: the cleanup beside one bare DELETE of the same rows.
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "bench/figures.hpp"
#include "bench/quiet.hpp"
#include "bench/token_client.hpp"

namespace lark_batch::bench {

namespace {

constexpr const char* k_delete =
    "DELETE FROM lark_batch.tokens WHERE ends_at < now() - interval '7 days'";
constexpr const char* k_vacuum =
    "VACUUM (ANALYZE, TRUNCATE false, PARALLEL 0) lark_batch.tokens";

constexpr int k_alone_seconds = 8;
constexpr int k_client_seconds = 20;
constexpr int k_rounds = 5;

// What one deletion took, and what the client felt before and meanwhile.
struct Deletion {
    double seconds = 0;
    double with_vacuum = 0;
    double p99_alone = 0;
    double p99_meanwhile = 0;  // vacuum included
    double p99_deleting = 0;
};

class Bench {
public:
    Bench(Workplace& place, const Options& options)
        : m_place(&place),
          m_options(&options),
          m_source(place.migrated_database()) {
        fill_tokens(place, m_source, options.tokens);
    }
    ~Bench() { m_place->drop(m_source); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    Deletion bare() {
        return beside_client([this](const std::string& database) {
            Deletion done;
            done.seconds = psql(database, k_delete);
            done.with_vacuum = done.seconds + psql(database, k_vacuum);
            return done;
        });
    }

    Deletion ours() {
        return beside_client(
            [this](const std::string& database) { return cleanup(database); });
    }

private:
    template <typename Work>
    Deletion beside_client(Work work) {
        const std::string database = m_place->copy_of(m_source);
        const Quiet quiet{m_options->lock};
        TokenClient client{*m_place, database, m_options->tokens,
                           k_client_seconds};
        // What a program needs to start and the first pages is not meant.
        std::this_thread::sleep_for(std::chrono::seconds{k_alone_seconds});
        const double begin = now_unix();
        Deletion done = work(database);
        const auto all = client.finish();
        done.p99_alone = p99(all, {begin - k_alone_seconds + 2, begin});
        done.p99_meanwhile = p99(all, {begin, begin + done.with_vacuum});
        done.p99_deleting = p99(all, {begin, begin + done.seconds});
        tell("p99 of others: " + std::to_string(done.p99_alone) +
             " ms before, " + std::to_string(done.p99_deleting) +
             " ms during the deletion, " + std::to_string(done.p99_meanwhile) +
             " ms with the vacuum");
        m_place->drop(database);
        return done;
    }

    double psql(const std::string& database, const std::string& text) const {
        const auto finished =
            test::run({test::PostgresServer::program("psql"), "-X", "-q", "-d",
                       m_place->server().url(database), "-v", "ON_ERROR_STOP=1",
                       "-c", text},
                      {}, {}, std::chrono::minutes{10});
        if (finished.exit_code != 0) {
            throw std::runtime_error(finished.err);
        }
        return finished.seconds;
    }

    // The vacuum is a stage of its own in the run's record.
    Deletion cleanup(const std::string& database) const {
        test::Command command;
        command.argv = {
            m_place->program("lark-cleanup"),
            "--json",
            "--only",
            "tokens_expired",
            "--config",
            m_place->dir().write("cleanup.toml",
                                 "state_directory = \"" +
                                     (m_place->dir() / "state").string() +
                                     "\"\n[database]\nurl = \"" +
                                     m_place->server().url(database) +
                                     "\"\n[pushgateway]\nenabled = false\n")};
        command.unset = {"STATE_DIRECTORY", "LARK_BATCH_CONFIG"};
        const auto finished = test::run(command, std::chrono::minutes{10});
        if (finished.exit_code != 0) {
            throw std::runtime_error("lark-cleanup: " + finished.err);
        }
        const auto result = nlohmann::json::parse(finished.out);
        if (result.at("classes").at(0).at("deleted") != m_options->tokens / 5) {
            throw std::runtime_error("lark-cleanup: " + finished.out);
        }
        const double vacuum = std::stod(m_place->server().sql(
            database,
            "SELECT coalesce(stats #>> '{stages,vacuum}', '0') FROM"
            " lark_batch.task_runs WHERE task_name = 'cleanup'"));
        return {finished.seconds - vacuum, finished.seconds, 0, 0, 0};
    }

    Workplace* m_place;
    const Options* m_options;
    std::string m_source;
};

std::vector<double> all_of(const std::vector<Deletion>& rounds,
                           double Deletion::*what) {
    std::vector<double> values;
    for (const Deletion& one : rounds) {
        values.push_back(one.*what);
    }
    return values;
}

}  // namespace

std::vector<Figure> cleanup_figures(Workplace& place, const Options& options) {
    tell("cleanup: filling " + std::to_string(options.tokens) + " tokens");
    Bench bench{place, options};
    std::vector<Deletion> bare;
    std::vector<Deletion> ours;
    for (int round = 0; round < k_rounds; ++round) {
        bare.push_back(bench.bare());
        ours.push_back(bench.ours());
    }
    for (const auto& [name, rounds] :
         {std::pair{"bare DELETE", &bare}, std::pair{"lark-cleanup", &ours}}) {
        tell(spread(name, all_of(*rounds, &Deletion::seconds)));
        tell(spread(std::string{name} + " with vacuum",
                    all_of(*rounds, &Deletion::with_vacuum)));
    }
    const auto median_of = [](const std::vector<Deletion>& rounds,
                              double Deletion::*what) {
        return median(all_of(rounds, what));
    };
    return {ratio_figure("6 cleanup, beside one DELETE",
                         {median_of(ours, &Deletion::seconds), "s"},
                         {median_of(bare, &Deletion::seconds), "s"}, {1.3}),
            ratio_figure("6 both with VACUUM",
                         {median_of(ours, &Deletion::with_vacuum), "s"},
                         {median_of(bare, &Deletion::with_vacuum), "s"}, {1.3}),
            ratio_figure("6 p99 of others meanwhile, before",
                         {median_of(ours, &Deletion::p99_meanwhile), "ms"},
                         {median_of(ours, &Deletion::p99_alone), "ms"}, {2})};
}

}  // namespace lark_batch::bench
