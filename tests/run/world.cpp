#include "tests/run/world.hpp"

#include <filesystem>

#include <cstdlib>

#include "tests/support/ports.hpp"
#include "tests/support/postgres.hpp"

namespace lark_batch::test {

namespace {

// As lark-admin migrate leaves it.
std::string new_migrated_database() {
    static const std::string source = [] {
        PostgresServer& server = shared_postgres();
        const std::string name = server.create_database();
        server.sql(name, "\\i '" LARK_BATCH_SCHEMA "'");
        return name;
    }();
    return shared_postgres().create_database(source);
}

std::string shared_database() {
    static const std::string name = new_migrated_database();
    shared_postgres().sql(
        name,
        "TRUNCATE lark_batch.task_runs, lark_batch.task_pauses,"
        " lark_batch.notices, lark_batch.metric_counter_totals,"
        " lark_batch.metric_histogram_totals, lark_batch.metric_applied_runs");
    return name;
}

}  // namespace

std::string binary(const std::string& name) {
    return std::string{BINARY_FOLDER} + "/" + name;
}

World::World(const std::string& gateway_url, Rooms rooms)
    : m_database(rooms == Rooms::own ? new_migrated_database()
                                     : shared_database()),
      m_database_url(shared_postgres().url(m_database)),
      m_state(m_dir / "state"),
      m_gateway_url(gateway_url) {}

void World::set_gateway(const std::string& url) {
    m_gateway_url = url;
}

void World::take_database_away() {
    m_database_url =
        "postgresql://app@127.0.0.1:" + std::to_string(free_port()) + "/x";
}

void World::give_database_back() {
    m_database_url = shared_postgres().url(m_database);
}

std::string World::sql(const std::string& text) const {
    return shared_postgres().sql(m_database, text);
}

std::string World::configuration() const {
    const std::string gateway = m_gateway_url.empty()
                                    ? "enabled = false\n"
                                    : "url = \"" + m_gateway_url + "\"\n";
    return "state_directory = \"" + m_state.string() + "\"\n[database]\n" +
           "url = \"" + m_database_url +
           "\"\nlock_timeout = \"60s\"\n[pushgateway]\n" + gateway + m_more;
}

Command World::command(const std::string& program,
                       const Arguments& arguments) const {
    // Renamed into place: a program that was started before may still be
    // about to read it.
    const auto fresh = m_dir.write("lark-batch.toml.new", configuration());
    const auto file = m_dir / "lark-batch.toml";
    std::filesystem::rename(fresh, file);
    Command command;
    command.argv = {binary(program), "--config", file};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.unset = {"STATE_DIRECTORY", "LARK_BATCH_CONFIG"};
    return command;
}

Finished World::stub(const Arguments& arguments) const {
    return run(command("lark-stub", arguments));
}

Process World::start_stub(const Arguments& arguments) const {
    return Process{command("lark-stub", arguments)};
}

std::string World::last_run() const {
    return sql(
        "SELECT outcome, exit_code FROM lark_batch.task_runs"
        " ORDER BY started_at DESC LIMIT 1");
}

double World::total(const std::string& metric,
                    const std::string& labels_part) const {
    const std::string value =
        sql("SELECT coalesce(sum(value), 0) FROM"
            " lark_batch.metric_counter_totals WHERE metric = '" +
            metric + "' AND strpos(labels, '" + labels_part + "') > 0");
    return std::strtod(value.c_str(), nullptr);
}

}  // namespace lark_batch::test
