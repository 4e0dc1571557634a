// What a reading sees, on its way into staging tables of the session. Memory
// stays flat: rows leave in batches, and a document that the database already
// holds is not sent: its fingerprint is marked as met.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/db/connection.hpp"
#include "lib/db/copy.hpp"
#include "tools/lark-sync-users/fingerprint_set.hpp"

namespace lark_batch::sync_users {

// The names of the members that documents of a kind had.
class FieldNames {
public:
    void note(simdjson::dom::object document);

    // All of them.
    std::vector<std::string> sorted() const;

    // Those that ten documents had, or one in ten, but two at least where
    // there are ten or more: what one person alone had goes with him and says
    // nothing about permissions.
    std::vector<std::string> common() const;

    std::uint64_t documents() const { return m_documents; }

private:
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;

    Counts m_counts;
    std::uint64_t m_documents = 0;
    // Documents of a kind mostly have the same members in the same order:
    // a name in its usual place needs no look-up.
    std::vector<Counts::iterator> m_usual;
};

// What the database knew of a kind when the reading began.
struct KnownObjects {
    FingerprintSet all;
    // How many of them a reading without any change would meet: the active.
    std::uint64_t expected = 0;
    // Those that it would meet or not: still listed, but gone.
    FingerprintSet optional;
    // Those that it would not meet: absent, departed, out of scope.
    FingerprintSet unexpected;
    // Some were absent before, or are out of scope: each reading counts.
    bool pending = false;
};

struct Known {
    KnownObjects users;
    KnownObjects departments;
};

// What became of a kind's known objects during the reading.
struct Seen {
    std::uint64_t expected = 0;
    std::uint64_t present = 0;  // documents that are not gone
    bool changed = false;       // a new document, or one not expected

    bool matches(const KnownObjects& known) const {
        return !changed && !known.pending && expected == known.expected;
    }
};

class Staging {
public:
    Staging(db::Connection& connection, Known known);

    // False when the document lacks its open_department_id.
    bool department(simdjson::dom::object document);

    // A person in the list of a department ("0" for the root). False when
    // the document lacks its open_id.
    bool member(simdjson::dom::object document, std::string_view department);

    // A person asked for by id.
    bool person(simdjson::dom::object document);

    // The list of this department's members ended normally.
    void proven(std::string_view department);

    // What lies below this department, or its members, may be incomplete.
    void gap(std::string_view department);

    // A person or department of whom it is unknown whether it is still there.
    void uncertain(std::string_view id);

    // An absent one that is out of the app's scope, not gone.
    void beyond_scope(std::string_view id);

    // Sends what is collected and waits until the server has it.
    void flush();

    // Some list broke off, or someone could not be asked for.
    bool incomplete() const { return m_gaps + m_uncertain_rows != 0; }

    // Every document is one that was expected, none is missing, and no list
    // broke off: there is nothing to compare for people and departments.
    bool nothing_changed() const;

    // Sends the fingerprints that were known and not met.
    void send_unseen();
    // Whether documents were left out because they are known.
    bool left_known_out() const {
        return m_known.users.all.size() + m_known.departments.all.size() != 0;
    }

    // Rows of people so far; someone in two departments counts twice.
    std::uint64_t people() const { return m_people; }
    std::uint64_t gaps() const { return m_gaps; }
    std::uint64_t memberships() const { return m_membership_rows; }
    // Objects that are not gone; exact when nothing has changed.
    std::uint64_t users_present() const { return m_users_seen.present; }
    std::uint64_t departments_present() const {
        return m_departments_seen.present;
    }
    const FieldNames& user_fields() const { return m_user_fields; }
    const FieldNames& department_fields() const { return m_department_fields; }

private:
    void stage(db::CopyBuffer& rows, KnownObjects& known, Seen& seen,
               std::string_view id, bool gone, simdjson::dom::object document);
    void membership(simdjson::dom::object user, std::string_view open_id,
                    std::string_view department);
    void send_when_full();
    void send();

    db::Connection* m_connection;
    Known m_known;
    FieldNames m_user_fields;
    FieldNames m_department_fields;
    db::CopyBuffer m_users;
    db::CopyBuffer m_departments;
    db::CopyBuffer m_memberships;
    db::CopyBuffer m_proven;
    db::CopyBuffer m_gap_rows;
    db::CopyBuffer m_uncertain;
    db::CopyBuffer m_unseen;
    db::CopyBuffer m_beyond;
    std::string m_scratch;
    Seen m_users_seen;
    Seen m_departments_seen;
    std::uint64_t m_people = 0;
    std::uint64_t m_membership_rows = 0;
    std::uint64_t m_gaps = 0;
    std::uint64_t m_uncertain_rows = 0;
};

}  // namespace lark_batch::sync_users
