#include "bench/node_script.hpp"

#include <chrono>
#include <stdexcept>

namespace lark_batch::bench {

namespace {

std::string install(const std::filesystem::path& folder) {
    test::Command command;
    command.argv = {"npm",
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    folder,
                    "@larksuiteoapi/node-sdk@1.74.0",
                    "pg@8.23.1"};
    const auto finished = test::run(command, std::chrono::minutes{3});
    return finished.exit_code == 0 ? "" : "npm cannot fetch the SDK";
}

}  // namespace

NodeScript::NodeScript()
    : m_folder(std::filesystem::path{BUILD_FOLDER} / "bench-node") {
    try {
        test::find_program("node", "nodejs");
        test::find_program("npm", "npm");
        std::filesystem::create_directories(m_folder);
        if (!std::filesystem::exists(m_folder / "node_modules/pg")) {
            m_missing = install(m_folder);
        }
    } catch (const std::runtime_error& error) {
        m_missing = error.what();
    }
}

test::Finished NodeScript::run(Workplace& place, const PlayedApi& api,
                               int people) const {
    const std::string database = place.floor_database();
    test::Command command;
    command.argv = {"node", SOURCE_FOLDER "/bench/reference/sync.js"};
    command.env = {{"NODE_PATH", m_folder / "node_modules"},
                   {"BASE_URL", api.url()},
                   {"APP_ID", PlayedApi::k_app_id},
                   {"APP_SECRET", PlayedApi::k_secret},
                   {"DATABASE_URL", place.server().url(database)}};
    auto finished = test::run(command, std::chrono::minutes{5});
    const std::string rows =
        place.server().sql(database, "SELECT count(*) FROM people");
    place.drop(database);
    if (finished.exit_code != 0 || rows != std::to_string(people)) {
        throw std::runtime_error("reference/sync.js stored " + rows +
                                 " people: " + finished.err);
    }
    return finished;
}

}  // namespace lark_batch::bench
