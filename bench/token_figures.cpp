// The token check over a million rows, and refreshing at the pace of Lark's
// limit.
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/figures.hpp"
#include "bench/quiet.hpp"
#include "tests/support/http_server.hpp"

namespace lark_batch::bench {

namespace {

using nlohmann::json;

constexpr int k_refreshed = 5'000;

// A million, every tenth due for notice; ciphertexts as long as Lark's
// shorter tokens make them.
constexpr const char* k_fill = R"sql(
INSERT INTO lark_batch.tokens (app, token_type, subject, key_id,
    access_sealed, refresh_sealed, refresh_hash, access_expires_at,
    refresh_expires_at, chain_ends_at, scopes)
SELECT 'bench', 'user_access_token', 'ou_' || md5(n::text), 'bench',
       decode(repeat(md5(n::text), 6), 'hex'),
       decode(repeat(md5((-n)::text), 6), 'hex'), sha256(n::text::bytea),
       now() + interval '2 hours',
       now() + CASE WHEN n % 10 = 0 THEN interval '5 days'
                    ELSE interval '30 days' END * (0.5 + n % 1000 / 2000.0),
       now() + interval '300 days',
       '{offline_access,contact:user.base:readonly}'
FROM generate_series(1, 1000000) n)sql";

// What any program must read: all of them by class, and those that are due.
constexpr const char* k_bare = R"sql(
SELECT app, token_type, class, count(*), min(ends_at) FROM (
    SELECT app, token_type, ends_at,
           CASE WHEN ends_at <= now() THEN 'expired'
                WHEN ends_at <= now() + interval '3 days' THEN 'critical'
                WHEN ends_at <= now() + interval '7 days' THEN 'expiring'
                ELSE 'valid' END AS class
    FROM lark_batch.tokens WHERE state <> 'revoked') t
GROUP BY 1, 2, 3;
SELECT token_id, app, token_type, subject, state, ends_at
FROM lark_batch.tokens
WHERE ends_at <= now() + interval '7 days' AND state <> 'revoked'
ORDER BY ends_at)sql";

std::string program(const Workplace& place, const char* name) {
    return std::filesystem::path{place.sync_program()}.parent_path() / name;
}

test::Finished checked(const test::Command& command) {
    const auto finished = test::run(command, std::chrono::minutes{10});
    if (finished.exit_code != 0) {
        throw std::runtime_error(command.argv.front() + ": exit code " +
                                 std::to_string(finished.exit_code) + "\n" +
                                 finished.err);
    }
    return finished;
}

test::Command command_of(std::vector<std::string> argv,
                         const std::string& input = {}) {
    test::Command command;
    command.argv = std::move(argv);
    command.input = input;
    command.unset = {"STATE_DIRECTORY", "LARK_BATCH_CONFIG"};
    return command;
}

// One key for all databases.
std::filesystem::path token_key(const Workplace& place) {
    const auto path = place.dir() / "token-key";
    if (!std::filesystem::exists(path)) {
        place.dir().write("token-key",
                          checked(command_of({program(place, "lark-admin"),
                                              "keys", "generate"}))
                              .out);
        ::chmod(path.c_str(), 0600);
    }
    return path;
}

std::string configure(const Workplace& place, const std::string& database,
                      const std::string& api_url, const std::string& more) {
    const auto key = token_key(place);
    return place.dir().write(
        "tokens.toml",
        "state_directory = \"" + (place.dir() / "state").string() +
            "\"\n[database]\nurl = \"" + place.server().url(database) +
            "\"\n[pushgateway]\nenabled = false\n" + more +
            "\n[[token_key]]\nid = \"bench\"\nsecret_file = \"" + key.string() +
            "\"\n[[app]]\nname = \"bench\"\napp_id = \"" + PlayedApi::k_app_id +
            "\"\napp_secret_file = \"" + (place.dir() / "secret").string() +
            "\"\nbase_url = \"" + api_url +
            "\"\noauth = \"v2\"\nrate_per_second = 50\nrate_per_minute = 0\n");
}

test::Finished check(const Workplace& place, const std::string& config,
                     const std::vector<std::string>& more) {
    std::vector<std::string> argv{program(place, "lark-check-tokens"), "--json",
                                  "--config", config};
    argv.insert(argv.end(), more.begin(), more.end());
    return checked(command_of(argv));
}

double bare_seconds(const Workplace& place, const std::string& database) {
    test::Command command =
        command_of({test::PostgresServer::program("psql"), "-X", "-q", "-At",
                    "-d", place.server().url(database), "-c", k_bare});
    command.out_file = place.dir() / "bare.out";
    return checked(command).seconds;
}

// A run that also tells a channel of all that is due.
double telling_peak_mib(const Workplace& place, const std::string& database,
                        const std::string& api_url) {
    const test::HttpServer hook{
        [](const test::HttpRequest&) { return test::Reply{}; }};
    const auto url = place.dir().write("hook", hook.url());
    ::chmod(url.c_str(), 0600);
    const auto config =
        configure(place, database, api_url,
                  "[notify]\nreminder = [\"hook\"]\nurgent = [\"hook\"]\n"
                  "critical = [\"hook\"]\n[[channel]]\nname = \"hook\"\n"
                  "kind = \"webhook\"\nurl_file = \"" +
                      url.string() + "\"\n");
    const auto told = check(place, config, {"--no-refresh"});
    tell("told of 100,000: " + std::to_string(told.seconds) + " s");
    return static_cast<double>(told.max_rss_kib) / 1024;
}

std::string import_lines(const PlayedApi& api) {
    const json granted = json::parse(api.post(
        "/_sandbox/grants",
        json{{"count", k_refreshed}, {"scope", "offline_access"}}.dump()));
    std::string lines;
    for (const json& grant : granted["grants"]) {
        lines += json{{"open_id", grant["open_id"]},
                      {"access_token", grant["access_token"]},
                      {"expires_in", 7200},
                      {"refresh_token", grant["refresh_token"]},
                      {"refresh_token_expires_in", 604'800},
                      {"scope", "offline_access"}}
                     .dump() +
                 "\n";
    }
    return lines;
}

}  // namespace

std::vector<Figure> token_read_figures(Workplace& place,
                                       const Options& options) {
    const PlayedApi api{100, 10, {"--no-record"}};
    const std::string database = place.migrated_database();
    place.server().sql(database, k_fill);
    place.server().sql(database, "VACUUM ANALYZE lark_batch.tokens");
    const auto config = configure(place, database, api.url(), "");
    std::vector<double> bare;
    std::vector<double> ours;
    double peak = 0;
    check(place, config, {"--no-refresh"});
    for (int i = 0; i < options.rounds; ++i) {
        const Quiet quiet{options.lock};
        bare.push_back(bare_seconds(place, database));
        const auto run = check(place, config, {"--no-refresh"});
        ours.push_back(run.seconds);
        peak = std::max(peak, static_cast<double>(run.max_rss_kib) / 1024);
    }
    tell(spread("bare SQL", bare));
    tell(spread("check", ours));
    peak = std::max(peak, telling_peak_mib(place, database, api.url()));
    place.drop(database);
    return {ratio_figure("7 check of 1,000,000, beside bare SQL",
                         {median(ours), "s"}, {median(bare), "s"}, {1.3}),
            limit_figure("7 peak memory, telling of 100,000", {peak, "MiB"},
                         Wanted::at_most, 64)};
}

std::vector<Figure> token_refresh_figures(Workplace& place) {
    const PlayedApi api{
        k_refreshed + 100,
        100,
        {"--latency-ms", "50", "--rate-per-second", "50", "--no-record"}};
    const std::string database = place.migrated_database();
    const auto config = configure(place, database, api.url(), "");
    checked(command_of({program(place, "lark-admin"), "--config", config,
                        "token", "import", "--app", "bench"},
                       import_lines(api)));
    place.server().sql(database,
                       "UPDATE lark_batch.tokens SET"
                       " refresh_expires_at = now() + interval '20 hours'");
    tell("refreshing " + std::to_string(k_refreshed) + " tokens");
    const auto run = check(place, config, {});
    const double refreshed =
        json::parse(run.out)["apps"][0]["refresh"]["refreshed"];
    const RateStats stats = api.rates();
    place.drop(database);
    return {
        ratio_figure("8 refreshes a second, beside the window",
                     {refreshed / run.seconds, "tokens"}, {50, "tokens"},
                     {0.9, 0, Wanted::at_least}),
        limit_figure("8 highest per second",
                     {stats.highest_per_second, "calls"}, Wanted::at_most, 50),
        limit_figure("8 answers with 429", {stats.refused, ""}, Wanted::at_most,
                     0)};
}

}  // namespace lark_batch::bench
