#include "tools/lark-sync-users/staging.hpp"

#include <optional>
#include <utility>

#include "tools/lark-sync-users/document.hpp"

namespace lark_batch::sync_users {

namespace {

namespace dom = simdjson::dom;

// Large enough that a batch's fixed cost vanishes, small enough that the
// fetching does not stand still while it is sent.
constexpr std::size_t k_batch_bytes = 512u << 10;

std::optional<std::string_view> text_of(dom::object object,
                                        std::string_view key) {
    std::string_view text;
    if (object[key].get(text) != simdjson::SUCCESS || text.empty()) {
        return std::nullopt;
    }
    return text;
}

bool flag_of(dom::object object, std::string_view group, std::string_view key) {
    bool flag = false;
    return object[group][key].get(flag) == simdjson::SUCCESS && flag;
}

void append_integer(db::CopyBuffer& rows, dom::object object,
                    std::string_view key) {
    std::int64_t number = 0;
    if (object[key].get(number) == simdjson::SUCCESS) {
        rows.integer(number);
    } else {
        rows.null();
    }
}

// The person's entry for that department in `orders`, if he has one.
std::optional<dom::object> order_in(dom::object user,
                                    std::string_view department) {
    dom::array orders;
    if (user["orders"].get(orders) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    for (const dom::element order : orders) {
        dom::object entry;
        if (order.get(entry) == simdjson::SUCCESS &&
            text_of(entry, "department_id") == department) {
            return entry;
        }
    }
    return std::nullopt;
}

}  // namespace

void FieldNames::note(dom::object document) {
    ++m_documents;
    std::size_t place = 0;
    for (const auto [key, value] : document) {
        static_cast<void>(value);
        if (place >= m_usual.size()) {
            m_usual.push_back(m_counts.emplace(key, 0).first);
        } else if (m_usual[place]->first != key) {
            m_usual[place] = m_counts.emplace(key, 0).first;
        }
        ++m_usual[place]->second;
        ++place;
    }
}

std::vector<std::string> FieldNames::sorted() const {
    std::vector<std::string> names;
    for (const auto& [name, count] : m_counts) {
        names.push_back(name);
    }
    return names;
}

std::vector<std::string> FieldNames::common() const {
    std::vector<std::string> names;
    for (const auto& [name, count] : m_counts) {
        const bool many = count >= 10 || count * 10 >= m_documents;
        if (many && (count > 1 || m_documents < 10)) {
            names.push_back(name);
        }
    }
    return names;
}

Staging::Staging(db::Connection& connection, Known known)
    : m_connection(&connection),
      m_known(std::move(known)),
      m_users("pg_temp.staged_users (id, fingerprint, gone, raw)"),
      m_departments("pg_temp.staged_departments (id, fingerprint, gone, raw)"),
      m_memberships(
          "pg_temp.staged_memberships (open_id, "
          "open_department_id, is_primary, user_order, "
          "department_order)"),
      m_proven("pg_temp.staged_proven (open_department_id)"),
      m_gap_rows("pg_temp.staged_gaps (open_department_id)"),
      m_uncertain("pg_temp.staged_uncertain (id)"),
      m_unseen("pg_temp.staged_unseen (kind, half_print)"),
      m_beyond("pg_temp.staged_beyond (id)") {}

void Staging::stage(db::CopyBuffer& rows, KnownObjects& known, Seen& seen,
                    std::string_view id, bool gone, dom::object document) {
    const std::int64_t print = fingerprint(document);
    const FingerprintSet::Met met = known.all.see(print);
    if (met == FingerprintSet::Met::seen) {
        return;
    }
    seen.present += gone ? 0U : 1U;
    if (met == FingerprintSet::Met::never) {
        seen.changed = true;
        m_scratch.clear();
        append_copy_json(m_scratch, document);
        rows.text(id).integer(print).boolean(gone).escaped(m_scratch).end_row();
    } else if (known.unexpected.contains(print)) {
        seen.changed = true;
    } else if (!known.optional.contains(print)) {
        ++seen.expected;
    }
}

bool Staging::department(dom::object document) {
    const auto id = text_of(document, "open_department_id");
    if (!id) {
        return false;
    }
    m_department_fields.note(document);
    stage(m_departments, m_known.departments, m_departments_seen, *id,
          flag_of(document, "status", "is_deleted"), document);
    send_when_full();
    return true;
}

bool Staging::person(dom::object document) {
    const auto id = text_of(document, "open_id");
    if (!id) {
        return false;
    }
    ++m_people;
    m_user_fields.note(document);
    stage(m_users, m_known.users, m_users_seen, *id,
          flag_of(document, "status", "is_resigned"), document);
    send_when_full();
    return true;
}

bool Staging::member(dom::object document, std::string_view department) {
    if (!person(document)) {
        return false;
    }
    // Who has resigned is a member of nothing, listed or not.
    if (!flag_of(document, "status", "is_resigned")) {
        membership(document, *text_of(document, "open_id"), department);
    }
    return true;
}

void Staging::membership(dom::object user, std::string_view open_id,
                         std::string_view department) {
    ++m_membership_rows;
    m_memberships.text(open_id).text(department);
    const auto order = order_in(user, department);
    if (!order) {
        m_memberships.null().null().null().end_row();
        return;
    }
    bool primary = false;
    if ((*order)["is_primary_dept"].get(primary) == simdjson::SUCCESS) {
        m_memberships.boolean(primary);
    } else {
        m_memberships.null();
    }
    append_integer(m_memberships, *order, "user_order");
    append_integer(m_memberships, *order, "department_order");
    m_memberships.end_row();
}

void Staging::proven(std::string_view department) {
    m_proven.text(department).end_row();
}

void Staging::gap(std::string_view department) {
    ++m_gaps;
    m_gap_rows.text(department).end_row();
}

void Staging::uncertain(std::string_view id) {
    ++m_uncertain_rows;
    m_uncertain.text(id).end_row();
}

void Staging::beyond_scope(std::string_view id) {
    m_beyond.text(id).end_row();
}

bool Staging::nothing_changed() const {
    return !incomplete() && m_users_seen.matches(m_known.users) &&
           m_departments_seen.matches(m_known.departments);
}

void Staging::send_unseen() {
    const auto add = [this](const char* kind, const FingerprintSet& known) {
        known.for_each_unseen([&](std::int64_t half_print) {
            m_unseen.text(kind).integer(half_print).end_row();
        });
    };
    add("user", m_known.users.all);
    add("department", m_known.departments.all);
    m_unseen.send(*m_connection);
}

void Staging::send_when_full() {
    if (m_users.bytes() + m_departments.bytes() + m_memberships.bytes() >=
        k_batch_bytes) {
        send();
    }
}

// The server takes the last batch in while the next pages are fetched.
void Staging::send() {
    for (db::CopyBuffer* rows : {&m_departments, &m_memberships, &m_proven,
                                 &m_gap_rows, &m_uncertain, &m_beyond}) {
        rows->send(*m_connection);
    }
    m_users.send_ahead(*m_connection);
}

void Staging::flush() {
    send();
    m_connection->finish_copy();
}

}  // namespace lark_batch::sync_users
