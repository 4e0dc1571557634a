#include "bench/workplace.hpp"

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace lark_batch::bench {

namespace {

// As `lark-admin migrate` leaves it.
constexpr const char* k_migrate = "\\i '" LARK_BATCH_SCHEMA "'";

constexpr const char* k_floor_table =
    "CREATE TABLE people (open_id text PRIMARY KEY, union_id text,"
    " user_id text, name text, en_name text, email text,"
    " enterprise_email text, mobile text, employee_no text, job_title text,"
    " leader_open_id text, city text, raw jsonb)";

constexpr const char* k_rows_written =
    "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
    " FROM pg_stat_user_tables WHERE schemaname = 'lark_batch' AND relname IN"
    " ('users', 'departments', 'memberships', 'directory_changes')";

}  // namespace

Workplace::Workplace(std::filesystem::path programs)
    : m_programs(std::move(programs)),
      m_migrated(m_server.create_database()),
      m_floor(m_server.create_database()) {
    m_server.sql(m_migrated, k_migrate);
    m_server.sql(m_floor, k_floor_table);
    ::chmod(m_dir.write("secret", PlayedApi::k_secret).c_str(), 0600);
}

std::string Workplace::copy_of(const std::string& source) {
    std::string name = m_server.create_database(source);
    m_server.sql(name, "CHECKPOINT");
    return name;
}

std::string Workplace::migrated_database() {
    return copy_of(m_migrated);
}

std::string Workplace::floor_database() {
    return copy_of(m_floor);
}

void Workplace::drop(const std::string& database) {
    m_server.drop_database(database);
}

std::string Workplace::configuration(const PlayedApi& api,
                                     const std::string& database,
                                     const Rates& rates) const {
    return "state_directory = \"" + (m_dir / "state").string() +
           "\"\n[database]\nurl = \"" + m_server.url(database) +
           "\"\n[pushgateway]\nenabled = false\n[[app]]\nname = \"bench\"\n" +
           "app_id = \"" + PlayedApi::k_app_id + "\"\napp_secret_file = \"" +
           (m_dir / "secret").string() + "\"\nbase_url = \"" + api.url() +
           "\"\nrate_per_second = " + std::to_string(rates.per_second) +
           "\nrate_per_minute = " + std::to_string(rates.per_minute) + "\n";
}

test::Finished Workplace::sync(const PlayedApi& api,
                               const std::string& database,
                               const Rates& rates) const {
    test::Command command;
    command.argv = {
        sync_program(), "--json", "--config",
        m_dir.write("lark-batch.toml", configuration(api, database, rates))};
    command.unset = {"STATE_DIRECTORY", "LARK_BATCH_CONFIG"};
    const auto finished = test::run(command, std::chrono::minutes{10});
    if (finished.exit_code != 0) {
        throw std::runtime_error("lark-sync-users: exit code " +
                                 std::to_string(finished.exit_code) + "\n" +
                                 finished.err);
    }
    return finished;
}

// A session tells its counts when it ends, which may be after its client.
double Workplace::rows_written(const std::string& database) const {
    test::wait_for("the end of the sync's session", [&] {
        return m_server.sql(database,
                            "SELECT count(*) FROM pg_stat_activity WHERE"
                            " application_name LIKE 'lark-batch/%'") == "0";
    });
    return std::strtod(m_server.sql(database, k_rows_written).c_str(), nullptr);
}

}  // namespace lark_batch::bench
