#include "bench/curl_floor.hpp"

#include <chrono>
#include <stdexcept>

namespace lark_batch::bench {

namespace {

// In psql's words; the columns are those of the floor's table.
const std::string k_columns =
    "open_id, union_id, user_id, name, en_name, email, enterprise_email,"
    " mobile, employee_no, job_title, leader_open_id, city, raw";

test::Command psql(const Workplace& place, const std::string& database,
                   const std::string& text) {
    test::Command command;
    command.argv = {test::PostgresServer::program("psql"),
                    "-X",
                    "-q",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-d",
                    place.server().url(database),
                    "-c",
                    text};
    return command;
}

double seconds_of(const test::Command& command) {
    const auto finished = test::run(command, std::chrono::minutes{5});
    if (finished.exit_code != 0) {
        throw std::runtime_error(command.argv.front() + ": " + finished.err);
    }
    return finished.seconds;
}

}  // namespace

CurlFloor::CurlFloor(Workplace& place, const PlayedApi& api)
    : m_place(&place), m_rows(place.dir() / "rows.copy") {
    api.record(true);
    const std::string database = place.migrated_database();
    place.sync(api, database);
    write_pages(api);
    api.record(false);
    check_fetching(api);
    write_rows(database);
    place.drop(database);
}

void CurlFloor::write_pages(const PlayedApi& api) {
    std::string config =
        "header = \"Authorization: Bearer " + api.token() + "\"\n";
    const auto folder = m_place->dir() / "pages";
    std::filesystem::create_directory(folder);
    for (const Request& each : api.requests("/open-apis/contact/")) {
        const auto file = folder / std::to_string(++m_pages);
        config += "url = \"" + api.url() + each.target + "\"\noutput = \"" +
                  file.string() + "\"\n";
    }
    m_curl_config = m_place->dir().write("curl.config", config);
}

// A floor that fetches too little would be no floor.
void CurlFloor::check_fetching(const PlayedApi& api) const {
    const double before = api.calls();
    fetch_seconds();
    if (api.calls() - before != static_cast<double>(m_pages)) {
        throw std::runtime_error("curl did not fetch every page");
    }
}

void CurlFloor::write_rows(const std::string& database) const {
    seconds_of(psql(*m_place, database,
                    "\\copy (SELECT " + k_columns +
                        " FROM lark_batch.current_users) TO '" +
                        m_rows.string() + "'"));
}

std::uintmax_t CurlFloor::copy_bytes() const {
    return std::filesystem::file_size(m_rows);
}

// As many at a time as lark-sync-users keeps in flight.
double CurlFloor::fetch_seconds() const {
    test::Command command;
    command.argv = {"curl",           "-q",        "--silent", "--show-error",
                    "--fail",         "--noproxy", "*",        "--parallel",
                    "--parallel-max", "16",        "--config", m_curl_config};
    return seconds_of(command);
}

double CurlFloor::copy_seconds() const {
    const std::string database = m_place->floor_database();
    const double seconds = seconds_of(psql(
        *m_place, database, "\\copy people FROM '" + m_rows.string() + "'"));
    m_place->drop(database);
    return seconds;
}

}  // namespace lark_batch::bench
