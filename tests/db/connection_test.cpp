#include "lib/db/connection.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>

#include "lib/db/copy.hpp"
#include "lib/db/task_lock.hpp"
#include "lib/db/transaction.hpp"
#include "tests/db/database.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/tcp_server.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait.hpp"

namespace lark_batch::db {

namespace {

using errors::Error;
using errors::Kind;

Error refusal(const std::string& url, const std::string& password = {}) {
    Settings settings;
    settings.url = url;
    settings.password = text::Secret{password};
    return fault_of([&] { const Connection connection{settings}; });
}

bool holds(const Error& error, const std::string& part) {
    return (std::string{error.what()} + error.hint()).find(part) !=
           std::string::npos;
}

// A role that must give a password, on a server that trusts all others.
void make_role_with_password() {
    auto& server = test::shared_postgres();
    const auto path = server.folder() / "data/pg_hba.conf";
    const std::string rules = test::read_file(path);
    if (rules.find("locked") != std::string::npos) {
        return;
    }
    const test::TempDir dir;
    const auto changed = dir.write(
        "hba", "host all locked 127.0.0.1/32 scram-sha-256\n" + rules);
    // Into the old file, whose owner is the server's user.
    std::filesystem::copy_file(
        changed, path, std::filesystem::copy_options::overwrite_existing);
    server.sql("postgres",
               "CREATE ROLE locked LOGIN PASSWORD 'right:@/%pass';"
               "SELECT pg_reload_conf()");
    test::wait_for("the new rules", [&] {
        return refusal(server.url("postgres") + "?user=locked").kind() !=
               Kind::bug;
    });
}

std::string url_of_locked() {
    return "postgresql://locked@127.0.0.1:" +
           std::to_string(test::shared_postgres().port()) + "/postgres";
}

// No session of that name is left or has come back.
bool nobody_called(const Database& database, const std::string& name) {
    return database.sql(
               "SELECT count(*) FROM pg_stat_activity"
               " WHERE application_name = '" +
               name + "'") == "0";
}

}  // namespace

TEST_CASE("connection: the session has the settings it was asked for") {
    const Database database;
    Settings settings = database.settings();
    settings.application_name = "lark-batch/it's \\ me";
    settings.statement_timeout = clock::Duration{12'345};
    settings.lock_timeout = clock::Duration{678};
    Connection connection{settings};
    const auto value_of = [&](const std::string& name) {
        return ask(connection, "SHOW " + name);
    };
    CHECK(value_of("application_name") == settings.application_name);
    CHECK(value_of("statement_timeout") == "12345ms");
    CHECK(value_of("lock_timeout") == "678ms");
    CHECK(value_of("timezone") == "UTC");
    CHECK(value_of("client_encoding") == "UTF8");
    CHECK(value_of("search_path") == "pg_catalog");
    // A host that vanishes gives its locks back within half a minute.
    CHECK(value_of("tcp_keepalives_idle") == "15");
    CHECK(value_of("tcp_keepalives_interval") == "5");
    CHECK(value_of("tcp_keepalives_count") == "3");
    CHECK(value_of("tcp_user_timeout") == "30000");
    CHECK(connection.alive());
}

TEST_CASE("connection: others see who it is") {
    const Database database;
    Settings settings = database.settings();
    settings.application_name = "lark-batch/sync-users";
    const Connection connection{settings};
    CHECK_FALSE(nobody_called(database, "lark-batch/sync-users"));
}

TEST_CASE("connection: keyword strings do as well as URLs, PGTZ does not") {
    const Database database;
    Settings settings = database.settings();
    settings.url = "host=127.0.0.1 user=app dbname=postgres port=" +
                   std::to_string(test::shared_postgres().port()) +
                   " options='-c timezone=Asia/Shanghai'";
    Connection connection{settings};
    CHECK(ask(connection, "SHOW timezone") == "UTC");
}

TEST_CASE("connection: a socket folder in the URL is no malformed host") {
    auto& server = test::shared_postgres();
    Settings settings;
    settings.url =
        "postgresql:///postgres?user=app&host=" + server.folder().string() +
        "&port=" + std::to_string(server.port());
    Connection connection{settings};
    CHECK(ask(connection, "SELECT inet_client_addr() IS NULL") == "t");
}

TEST_CASE("connection: the password comes from its own setting") {
    make_role_with_password();
    Settings settings;
    settings.url = url_of_locked();
    settings.password = text::Secret{"right:@/%pass"};
    Connection connection{settings};
    CHECK(ask(connection, "SELECT current_user") == "locked");
}

TEST_CASE("connection: a refused password is a matter of configuration") {
    make_role_with_password();
    for (const std::string password : {"wr0ng-pass", ""}) {
        const Error error = refusal(url_of_locked(), password);
        CHECK(error.kind() == Kind::config);
        CHECK(error.hint() == "check user, password and database name");
        CHECK(holds(error, password.empty() ? "no password" : "locked"));
        CHECK_FALSE(holds(error, "wr0ng"));
    }
}

TEST_CASE("connection: an unknown database or user is, too") {
    const auto& server = test::shared_postgres();
    const Error error = refusal(server.url("nowhere"));
    CHECK(error.kind() == Kind::config);
    CHECK(holds(error, "database \"nowhere\" does not exist"));
    CHECK(refusal(server.url("postgres") + "?user=nobody_known").kind() ==
          Kind::config);
}

TEST_CASE("connection: a server that is down is unavailable") {
    const Error error = refusal("postgresql://app:s3cret@127.0.0.1:" +
                                std::to_string(test::free_port()) + "/x");
    CHECK(error.kind() == Kind::unavailable);
    CHECK(holds(error, "Connection refused"));
    CHECK(holds(error, "check that PostgreSQL runs"));
    CHECK_FALSE(holds(error, "s3cret"));
    CHECK(refusal("postgresql:///x?host=/no/such/folder").kind() ==
          Kind::unavailable);
}

TEST_CASE("connection: a server that never answers ends the patience") {
    const int port = test::free_port();
    const auto listener = test::listen_on(port);
    Settings settings;
    settings.url = "postgresql://app@127.0.0.1:" + std::to_string(port) + "/x";
    settings.connect_timeout = clock::Duration{1'000};  // libpq makes it 2 s
    const Error error =
        fault_of([&] { const Connection connection{settings}; });
    CHECK(error.kind() == Kind::unavailable);
    CHECK(holds(error, "timeout expired"));
}

TEST_CASE("connection: a malformed URL is never echoed, password included") {
    for (const std::string url :
         {"postgresql://u:s3cret@h:5432:1/db", "postgresql://u:s3cret@[::1/db",
          "postgresql://u:s3cret%@h/db", "host=h password=a s3cret",
          "password='s3cret", "postgresql://u:s3cret@h/db?nonsense=1",
          "s3cret"}) {
        CAPTURE(url);
        const Error error = refusal(url);
        CHECK(error.kind() == Kind::config);
        CHECK_FALSE(holds(error, "s3cret"));
    }
}

TEST_CASE("connection: a password that splits the URL is not quoted either") {
    // libpq takes the part after '@' for the host, after '/' for the name.
    for (const std::string url : {"postgresql://u:a@s3cret@127.0.0.1/db",
                                  "postgresql://u:s3cret/b@127.0.0.1/db",
                                  "postgresql://u:12/s3cret@127.0.0.1/db",
                                  "postgresql://u:a@b/s3cret@127.0.0.1/db"}) {
        CAPTURE(url);
        const Error error = refusal(url);
        CHECK(error.kind() == Kind::config);
        CHECK_FALSE(holds(error, "s3cret"));
        CHECK(holds(error, "%40"));
    }
}

TEST_CASE("connection: a lost one is noticed and never silently revived") {
    const Database database;
    Settings settings = database.settings();
    settings.application_name = "lark-batch/lost";
    Connection connection{settings};
    connection.execute("CREATE TABLE public.t (a text)");
    terminate(database, backend_pid(connection));
    const auto use = [&](const std::function<void()>& work) {
        const Error error = fault_of(work);
        CHECK(error.kind() == Kind::unavailable);
        CHECK_FALSE(error.hint().empty());
        CHECK_FALSE(connection.alive());
        CHECK(nobody_called(database, "lark-batch/lost"));
    };
    const auto execute = [&] { connection.execute("SELECT 1"); };
    const auto transaction = [&] {
        transact(connection, [](pqxx::transaction_base&) {});
    };
    const auto lock = [&] { try_task_lock(connection, "sync_users"); };
    const auto copy = [&] {
        CopyBuffer rows{"public.t (a)"};
        rows.text("x").end_row();
        rows.send(connection);
    };
    SUBCASE("by a statement") {
        use(execute);
    }
    SUBCASE("by a transaction") {
        use(transaction);
    }
    SUBCASE("by a lock") {
        use(lock);
    }
    SUBCASE("by a copy") {
        use(copy);
    }
    use(execute);
    use(transaction);
    use(lock);
    use(copy);
}

TEST_CASE("connection: a server that lets in and falls silent") {
    const test::TcpServer frozen{[](test::Wire& wire) {
        // AuthenticationOk, a ParameterStatus, ReadyForQuery
        wire.say(std::string{"R\0\0\0\x08\0\0\0\0", 9} +
                 std::string{"S\0\0\0\x18server_version\0"
                             "15.0\0",
                             25} +
                 std::string{"Z\0\0\0\x05I", 6});
        wire.hold();
    }};
    Settings settings;
    settings.url =
        "postgresql://" + frozen.address() + "/x?user=x&sslmode=disable";
    settings.connect_timeout = clock::Duration{100};
    const Error error = fault_of([&] { const Connection none{settings}; });
    CHECK(error.kind() == Kind::unavailable);
    CHECK(holds(error, "takes the connection, but does not answer"));
}

TEST_CASE("connection: a statement that fails leaves it alive") {
    const Database database;
    Connection connection = database.connect();
    const Error error = fault_of([&] { connection.execute("SELECT 1/0"); });
    CHECK(error.kind() == Kind::failed);
    CHECK(std::string{error.what()} ==
          "database: division by zero (SQLSTATE 22012)");
    CHECK(connection.alive());
    CHECK(ask(connection, "SELECT 1") == "1");
}

TEST_CASE("connection: moving hands the session over") {
    const Database database;
    Connection first = database.connect();
    const int pid = backend_pid(first);
    Connection second{std::move(first)};
    CHECK(backend_pid(second) == pid);
    Connection third = database.connect();
    third = std::move(second);
    CHECK(backend_pid(third) == pid);
}

}  // namespace lark_batch::db
