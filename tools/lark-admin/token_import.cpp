#include "tools/lark-admin/token_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "lib/db/transaction.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/tokens/pair.hpp"
#include "tools/lark-admin/token_line.hpp"
#include "tools/lark-admin/token_session.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_longest_line = 64U << 10U;

struct Imported {
    long long added = 0;
    long long replaced = 0;
    long long kept = 0;
};

Error at_line(std::size_t number, const Error& error) {
    return error.within("line " + std::to_string(number));
}

// Fills in what the line leaves to the command and to Lark.
void complete(TokenSession& session, TokenLine& line) {
    if (line.identity.app.empty()) {
        const auto& chosen = session.settings().shared.apps.chosen;
        if (chosen.empty()) {
            throw Error{Kind::usage, "'app' is missing",
                        "add it to the line, or give --app NAME"};
        }
        line.identity.app = chosen.front();
    }
    session.app(line.identity.app);
    const bool personal = line.identity.token_type == "user_access_token";
    if (personal && line.identity.subject.empty()) {
        line.identity.subject =
            session.who_is(line.identity.app, line.grant.access_token);
    }
    if (!personal) {
        line.identity.subject.clear();
    }
}

db::NewToken new_token(TokenSession& session, const TokenLine& line) {
    const clock::WallTime now = clock::system_clock().now();
    db::NewToken token;
    token.identity = line.identity;
    token.pair = tokens::seal_grant(session.keys(), line.identity, line.grant,
                                    now - line.obtained_at);
    token.chain_left = line.authorized_at + tokens::k_chain - now;
    token.force = session.settings().replace;
    return token;
}

// False at the end. A line that is too long is not read to its end.
bool next_line(std::istream& in, std::string& text) {
    text.clear();
    for (int c = in.get(); c != std::istream::traits_type::eof();
         c = in.get()) {
        if (c == '\n') {
            return true;
        }
        if (text.size() == k_longest_line) {
            throw Error{Kind::usage, "longer than 64 KiB",
                        "write one object on each line"};
        }
        text += static_cast<char>(c);
    }
    return !text.empty();
}

std::vector<db::NewToken> read_lines(TokenSession& session, std::istream& in) {
    std::vector<db::NewToken> tokens;
    simdjson::dom::parser parser;
    std::string text;
    for (std::size_t number = 1;; ++number) {
        try {
            if (!next_line(in, text)) {
                break;
            }
            if (text.find_first_not_of(" \t\r") == std::string::npos) {
                continue;
            }
            TokenLine line =
                read_token_line(parser, text, clock::system_clock().now());
            complete(session, line);
            tokens.push_back(new_token(session, line));
        } catch (const Error& error) {
            throw at_line(number, error);
        }
    }
    if (tokens.empty()) {
        throw Error{Kind::usage, "there is no token in the input",
                    "pipe in what Lark's token endpoint answered"};
    }
    return tokens;
}

std::vector<db::NewToken> read_input(TokenSession& session, std::istream& in) {
    const config::Strings& files = session.settings().files;
    if (files.empty() || files.front() == "-") {
        return read_lines(session, in);
    }
    std::ifstream file{files.front()};
    if (!file) {
        throw Error{Kind::usage, "'" + files.front() + "' cannot be read",
                    "name a file of JSON lines, or - for standard input"};
    }
    return read_lines(session, file);
}

Imported save(db::Connection& connection,
              const std::vector<db::NewToken>& tokens) {
    Imported imported;
    db::transact(connection, [&](pqxx::transaction_base& transaction) {
        imported = {};
        for (const db::NewToken& token : tokens) {
            switch (db::save_token(transaction, token)) {
                case db::Saved::added:
                    ++imported.added;
                    break;
                case db::Saved::replaced:
                    ++imported.replaced;
                    break;
                case db::Saved::kept:
                    ++imported.kept;
                    break;
            }
        }
    });
    return imported;
}

}  // namespace

void import_tokens(const Settings& settings, std::istream& in,
                   std::ostream& out) {
    if (settings.files.size() > 1) {
        throw Error{Kind::usage, "token import takes one file",
                    "join the files, or import them one by one"};
    }
    TokenSession session{settings, clock::Duration::max()};
    const Imported imported = save(session.database(), read_input(session, in));
    if (settings.shared.run.json) {
        text::JsonWriter json;
        json.begin_object().field("schema_version", 1);
        json.field("command", "token import").field("added", imported.added);
        json.field("replaced", imported.replaced);
        json.field("kept", imported.kept).end_object();
        out << json.str() << '\n';
        return;
    }
    out << fmt::format("{} added, {} replaced", imported.added,
                       imported.replaced);
    if (imported.kept > 0) {
        out << fmt::format(
            ", {} older than what is stored, kept (--replace "
            "takes them all the same)",
            imported.kept);
    }
    out << '\n';
}

}  // namespace lark_batch::admin
