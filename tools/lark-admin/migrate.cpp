#include "tools/lark-admin/migrate.hpp"

#include <fmt/format.h>

#include <utility>

#include "lib/db/schema.hpp"
#include "lib/db/transaction.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/hash.hpp"
#include "lib/text/json_writer.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

// What is said while it happens, as lines or as one object at the end.
class Report {
public:
    Report(const Settings& settings, std::ostream& out)
        : m_settings(settings), m_out(out) {}

    void applied(const Migration& migration) {
        m_applied.push_back(migration);
        line(fmt::format("{} {:04} {}", dry_run() ? "would apply" : "applied",
                         migration.version, migration.name));
    }
    void granted(const std::string& rights, const std::string& role) {
        line(fmt::format("{} {} to {}", dry_run() ? "would grant" : "granted",
                         rights, role));
    }
    void end(int version);

private:
    bool dry_run() const { return m_settings.shared.run.dry_run; }
    bool json() const { return m_settings.shared.run.json; }
    void line(const std::string& text) {
        if (!json()) {
            m_out << text << std::endl;
        }
    }

    const Settings& m_settings;
    std::ostream& m_out;
    std::vector<Migration> m_applied;
};

void Report::end(int version) {
    line(fmt::format("schema {} at version {}", dry_run() ? "would be" : "is",
                     version));
    if (!json()) {
        return;
    }
    text::JsonWriter object;
    object.begin_object().field("schema_version", 1);
    object.field("command", "migrate").field("dry_run", dry_run());
    object.key("applied").begin_array();
    for (const Migration& migration : m_applied) {
        object.begin_object().field("version", migration.version);
        object.field("name", migration.name).end_object();
    }
    object.end_array().field("version", version);
    object.field("granted_to", m_settings.grant_to);
    object.field("granted_read_to", m_settings.grant_read_to);
    m_out << object.end_object().str() << '\n';
}

void compare(const Applied& applied, const Migration& known) {
    if (applied.version != known.version) {
        throw Error{
            Kind::config,
            fmt::format("the database lacks migration {:04} but has {:04}",
                        known.version, applied.version),
            "restore lark_batch.schema_migrations from a backup"};
    }
    if (applied.checksum != checksum_of(known)) {
        throw Error{
            Kind::config,
            fmt::format("migration {:04} '{}' was applied with another text",
                        known.version, applied.name),
            "use the release that applied it; a change of the schema is a "
            "new migration"};
    }
}

// One step within a transaction; nothing when there is none left.
std::optional<Migration> step(pqxx::transaction_base& transaction) {
    const auto next =
        next_migration(applied_migrations(transaction), migrations());
    if (next) {
        apply(transaction, *next, checksum_of(*next));
    }
    return next;
}

void grant_all(pqxx::transaction_base& transaction, const Settings& settings) {
    if (!settings.grant_to.empty()) {
        grant(transaction, settings.grant_to);
    }
    if (!settings.grant_read_to.empty()) {
        grant_reading(transaction, settings.grant_read_to);
    }
}

void tell_grants(const Settings& settings, Report& report) {
    if (!settings.grant_to.empty()) {
        report.granted("the rights of the programs", settings.grant_to);
    }
    if (!settings.grant_read_to.empty()) {
        report.granted("the rights of readers", settings.grant_read_to);
    }
}

void prepare(pqxx::transaction_base& transaction, const Settings& settings) {
    lock_migrations(transaction, settings.shared.database.lock_timeout);
    ensure_record(transaction);
}

// Another migrate may come in between two steps: each looks anew at what
// the database has.
void migrate_for_good(db::Connection& connection, const Settings& settings,
                      Report& report) {
    for (std::optional<Migration> done;;) {
        db::transact(connection, [&](pqxx::transaction_base& transaction) {
            prepare(transaction, settings);
            done = step(transaction);
        });
        if (!done) {
            break;
        }
        report.applied(*done);
    }
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        grant_all(transaction, settings);
    });
    tell_grants(settings, report);
}

void rehearse(db::Connection& connection, const Settings& settings,
              Report& report) {
    db::rehearse(connection, [&](pqxx::transaction_base& transaction) {
        prepare(transaction, settings);
        while (const auto done = step(transaction)) {
            report.applied(*done);
        }
        grant_all(transaction, settings);
    });
    tell_grants(settings, report);
}

}  // namespace

std::string checksum_of(const Migration& migration) {
    return fmt::format("{:016x}", text::hash64(migration.sql));
}

std::optional<Migration> next_migration(const std::vector<Applied>& applied,
                                        std::span<const Migration> known) {
    // First, because everything else about it is a newer program's business.
    if (!applied.empty() && applied.back().version > known.back().version) {
        throw Error{
            Kind::config,
            fmt::format("the database schema is at version {}, this program "
                        "knows versions up to {}",
                        applied.back().version, known.back().version),
            "install the newer programs"};
    }
    for (std::size_t i = 0; i < applied.size(); ++i) {
        compare(applied[i], known[i]);
    }
    if (applied.size() == known.size()) {
        return std::nullopt;
    }
    return known[applied.size()];
}

void migrate(const Settings& settings, std::ostream& out) {
    db::Connection connection{
        run::database_settings(settings.shared.database, k_program)};
    Report report{settings, out};
    if (settings.shared.run.dry_run) {
        rehearse(connection, settings, report);
    } else {
        migrate_for_good(connection, settings, report);
    }
    report.end(migrations().back().version);
}

}  // namespace lark_batch::admin
