// lark-admin with a configuration and a database of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/postgres.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

class Admin {
public:
    // An empty database.
    Admin() : Admin(shared_postgres().create_database()) {}
    explicit Admin(std::string database) : m_database(std::move(database)) {
        configure("");
    }

    // Writes the configuration: where the database is, and `rest`.
    std::filesystem::path configure(const std::string& rest,
                                    const std::string& user = "app") {
        return m_dir.write("lark-batch.toml", rest + "\n[database]\nurl = \"" +
                                                  url(user) + "\"\n");
    }

    std::string url(const std::string& user = "app") const {
        std::string text = shared_postgres().url(m_database);
        return text.replace(text.find("app@"), 3, user);
    }

    Command command(const std::vector<std::string>& arguments) const {
        Command started;
        started.argv = {LARK_ADMIN_BINARY, "--config",
                        (m_dir / "lark-batch.toml").string()};
        started.argv.insert(started.argv.end(), arguments.begin(),
                            arguments.end());
        return started;
    }
    Finished run(const std::vector<std::string>& arguments) const {
        return test::run(command(arguments));
    }

    std::string sql(const std::string& text) const {
        return shared_postgres().sql(m_database, text);
    }

    const std::string& database() const { return m_database; }
    const TempDir& dir() const { return m_dir; }

private:
    std::string m_database;
    TempDir m_dir;
};

}  // namespace lark_batch::test
