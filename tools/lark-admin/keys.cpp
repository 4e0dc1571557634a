#include "tools/lark-admin/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "lib/db/schema.hpp"
#include "lib/db/transaction.hpp"
#include "lib/log/log.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/table.hpp"
#include "lib/tokens/pair.hpp"
#include "tools/lark-admin/queries_tokens.hpp"
#include "tools/lark-admin/token_session.hpp"

namespace lark_batch::admin {

namespace {

using errors::ExitCode;

struct KeyUse {
    std::string id;
    std::int64_t tokens = 0;
    bool configured = false;
    bool active = false;
};

std::vector<KeyUse> key_uses(const Settings& settings,
                             db::Connection& connection) {
    std::vector<KeyUse> uses;
    for (const KeyCount& count : count_by_key(connection)) {
        uses.push_back({count.key_id, count.tokens, false, false});
    }
    const config::TokenSettings& tokens = settings.shared.tokens;
    for (const config::TokenKey& key : tokens.keys) {
        auto known =
            std::find_if(uses.begin(), uses.end(),
                         [&](const KeyUse& use) { return use.id == key.id; });
        if (known == uses.end()) {
            known = uses.insert(uses.end(), {key.id, 0, false, false});
        }
        known->configured = true;
        known->active = key.id == tokens.key;
    }
    return uses;
}

std::string uses_json(const std::vector<KeyUse>& uses) {
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "keys list").key("keys").begin_array();
    for (const KeyUse& use : uses) {
        json.begin_object().field("id", use.id).field("tokens", use.tokens);
        json.field("configured", use.configured);
        json.field("active", use.active).end_object();
    }
    return json.end_array().end_object().str() + "\n";
}

std::string note_of(const KeyUse& use) {
    if (use.active) {
        return "seals what is new";
    }
    if (!use.configured) {
        return "not configured: its tokens cannot be opened";
    }
    return use.tokens > 0 ? "lark-admin keys rotate takes its place"
                          : "seals nothing: it may be removed";
}

std::string uses_table(const std::vector<KeyUse>& uses) {
    text::Table table;
    table.column("key").column("tokens", text::Align::right).column("note");
    for (const KeyUse& use : uses) {
        table.row({use.id, std::to_string(use.tokens), note_of(use)});
    }
    return uses.empty() ? "no keys\n" : table.str();
}

// One pass over the table.
class Rewrapping {
public:
    explicit Rewrapping(TokenSession& session) : m_session(&session) {}

    // False at the end of the table.
    bool next_batch() {
        bool any = false;
        db::transact(m_session->database(),
                     [&](pqxx::transaction_base& transaction) {
                         any = rewrap(transaction);
                     });
        m_after = m_last;
        m_done += m_in_batch;
        return any;
    }

    std::int64_t done() const { return m_done; }

private:
    bool rewrap(pqxx::transaction_base& transaction) {
        const tokens::Keyring& keys = m_session->keys();
        const auto rows = db::lock_other_keys(
            transaction, keys.active().id(), m_after,
            static_cast<int>(m_session->settings().batch_size));
        m_in_batch = 0;
        for (const db::TokenRow& row : rows) {
            m_last = row.id;
            try {
                db::rewrap_token(transaction, row.id,
                                 tokens::rewrapped(keys, row));
                ++m_in_batch;
            } catch (const errors::Error& error) {
                if (error.kind() != errors::Kind::config) {
                    throw;
                }
                log::error(error.what(), {{"token", row.id}});
            }
        }
        return !rows.empty();
    }

    TokenSession* m_session;
    db::TokenId m_after = 0;
    db::TokenId m_last = 0;
    std::int64_t m_in_batch = 0;
    std::int64_t m_done = 0;
};

}  // namespace

void generate_key(std::ostream& out) {
    out << tokens::generate_key().reveal() << '\n';
}

void list_keys(const Settings& settings, std::ostream& out) {
    db::Connection connection{
        run::database_settings(settings.shared.database, k_program)};
    db::require_schema(connection);
    const auto uses = key_uses(settings, connection);
    out << (settings.shared.run.json ? uses_json(uses) : uses_table(uses));
}

errors::ExitCode rotate_keys(const Settings& settings, std::ostream& out) {
    TokenSession session{settings, clock::Duration::max()};
    Rewrapping rewrapping{session};
    while (rewrapping.next_batch()) {
        if (run::stop_signal() != 0) {
            throw errors::Error{
                errors::Kind::stopped,
                fmt::format("stopped by a signal after {} tokens",
                            rewrapping.done()),
                "start it again: it goes on where it stopped"};
        }
    }
    const std::string& active = session.keys().active().id();
    const auto left = db::count_other_keys(session.database(), active);
    out << fmt::format("{} tokens are sealed with key '{}' now\n",
                       rewrapping.done(), active);
    if (left > 0) {
        out << fmt::format(
            "{} tokens are left: they were in use, or do not "
            "open; start it again\n",
            left);
        return ExitCode::partial;
    }
    return ExitCode::ok;
}

}  // namespace lark_batch::admin
