#include <fmt/format.h>

#include "lib/db/schema.hpp"
#include "lib/db/transaction.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/table.hpp"
#include "tools/lark-admin/queries_tokens.hpp"
#include "tools/lark-admin/token_commands.hpp"

namespace lark_batch::admin {

namespace {

// 2026-11-22 02:15, or "-".
std::string time_cell(const std::string& utc) {
    if (utc.empty()) {
        return "-";
    }
    std::string text = utc.substr(0, 16);
    text[10] = ' ';
    return text;
}

std::string state_cell(const ListedToken& token) {
    std::string text = token.state;
    if (!token.reason.empty()) {
        text += " (" + token.reason + ")";
    }
    if (!token.failing_since.empty() && token.state == "valid") {
        text += ", failing";
    }
    return token.hold ? text + ", held" : text;
}

std::string table_of(const TokenList& list) {
    text::Table table;
    table.column("app").column("user").column("state");
    table.column("access ends (UTC)").column("refresh ends");
    table.column("year ends").column("key");
    table.column("scopes", text::Align::right);
    for (const ListedToken& token : list.tokens) {
        table.row({token.identity.app,
                   token.identity.subject.empty() ? token.identity.token_type
                                                  : token.identity.subject,
                   state_cell(token), time_cell(token.access_ends),
                   time_cell(token.refresh_ends), time_cell(token.chain_ends),
                   token.key_id, std::to_string(token.scopes.size())});
    }
    const auto shown = static_cast<std::int64_t>(list.tokens.size());
    std::string text = list.all == 0 ? "no tokens\n" : table.str();
    if (shown < list.all) {
        text += fmt::format("and {} more (--limit)\n", list.all - shown);
    }
    return text;
}

void write_time(text::JsonWriter& json, const char* name,
                const std::string& time) {
    json.key(name);
    time.empty() ? json.null() : json.value(time);
}

void write_token(text::JsonWriter& json, const ListedToken& token) {
    json.begin_object().field("app", token.identity.app);
    json.field("token_type", token.identity.token_type);
    json.field("open_id", token.identity.subject);
    json.field("state", token.state).field("reason", token.reason);
    write_time(json, "access_expires_at", token.access_ends);
    write_time(json, "refresh_expires_at", token.refresh_ends);
    write_time(json, "chain_ends_at", token.chain_ends);
    write_time(json, "failing_since", token.failing_since);
    write_time(json, "updated_at", token.updated);
    json.field("key_id", token.key_id).field("hold", token.hold);
    json.key("scopes").begin_array();
    for (const std::string& scope : token.scopes) {
        json.value(scope);
    }
    json.end_array().end_object();
}

std::string json_of(const TokenList& list) {
    text::JsonWriter json;
    json.begin_object().field("schema_version", 1);
    json.field("command", "token list").field("total", list.all);
    json.key("tokens").begin_array();
    for (const ListedToken& token : list.tokens) {
        write_token(json, token);
    }
    return json.end_array().end_object().str() + "\n";
}

db::Connection connect(const Settings& settings) {
    db::Connection connection{
        run::database_settings(settings.shared.database, k_program)};
    db::require_schema(connection);
    return connection;
}

}  // namespace

void list_tokens(const Settings& settings, std::ostream& out) {
    db::Connection connection = connect(settings);
    const TokenList list =
        find_tokens(connection, {settings.shared.apps.chosen, settings.state,
                                 settings.user, settings.limit});
    out << (settings.shared.run.json ? json_of(list) : table_of(list));
}

void revoke_token(const Settings& settings, std::ostream& out) {
    const std::string app = chosen_app(settings);
    db::Connection connection = connect(settings);
    bool revoked = false;
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        revoked = db::revoke_token(transaction,
                                   {app, "user_access_token", settings.user});
    });
    if (!revoked) {
        throw errors::Error{
            errors::Kind::failed,
            "app '" + app + "' has no token of that user to revoke",
            "see lark-admin token list --app " + app};
    }
    out << "Revoked: the stored pair is destroyed and never used again. Lark "
           "lets it live until its end; the person can withdraw the consent "
           "in Lark.\n";
}

}  // namespace lark_batch::admin
