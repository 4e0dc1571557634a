#include <fmt/format.h>

#include <algorithm>

#include "lib/db/transaction.hpp"
#include "lib/run/signals.hpp"
#include "lib/text/strings.hpp"
#include "lib/tokens/pair.hpp"
#include "tools/lark-admin/loopback.hpp"
#include "tools/lark-admin/pkce.hpp"
#include "tools/lark-admin/token_commands.hpp"
#include "tools/lark-admin/token_session.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_path = "/callback";

// Without offline_access there is no refresh token: the login would last two
// hours.
std::vector<std::string> scopes_of(const Settings& settings,
                                   const config::AppSettings& app) {
    std::vector<std::string> scopes =
        settings.scopes.empty() ? app.wanted_scopes : settings.scopes;
    if (std::find(scopes.begin(), scopes.end(), "offline_access") ==
        scopes.end()) {
        scopes.emplace_back("offline_access");
    }
    return scopes;
}

lark::Grant exchange(TokenSession& session, const std::string& app,
                     lark::Authorization authorization) {
    lark::Grant granted;
    std::optional<Error> error;
    lark::OAuthClient& client = session.oauth(app);
    client.exchange(
        std::move(authorization),
        [&](lark::Grant&& grant) { granted = std::move(grant); },
        [&](const lark::GrantFailure& failure) { error = failure.error; });
    client.run([] {});
    if (error) {
        throw Error{*error};
    }
    return granted;
}

void check_stop() {
    if (run::stop_signal() != 0) {
        throw Error{Kind::stopped, "stopped by a signal"};
    }
}

Redirect ask_person(Loopback& loopback, const Settings& settings,
                    const std::string& address, std::ostream& out) {
    out << "Open this address in a browser on this machine and consent:\n\n"
        << address << "\n\nThe app must list " << loopback.redirect_uri()
        << " among its redirect URLs.\n"
        << std::flush;
    Redirect redirect = loopback.wait_for_redirect(
        clock::system_clock(), settings.login_timeout, check_stop);
    if (!redirect.error.empty()) {
        throw Error{Kind::denied,
                    "the consent was refused: '" +
                        text::excerpt(redirect.error, 100) + "'",
                    "start the login again and consent"};
    }
    return redirect;
}

void store(TokenSession& session, const db::TokenIdentity& identity,
           const lark::Grant& grant, clock::Duration elapsed) {
    db::NewToken token;
    token.identity = identity;
    token.pair = tokens::seal_grant(session.keys(), identity, grant, elapsed);
    token.chain_left = tokens::k_chain;
    token.force = true;
    db::transact(session.database(), [&](pqxx::transaction_base& transaction) {
        db::save_token(transaction, token);
    });
}

}  // namespace

void login(const Settings& settings, std::ostream& out) {
    const std::string name = chosen_app(settings);
    TokenSession session{settings, k_command_time + settings.login_timeout};
    const config::AppSettings& app = session.app(name);
    const Pkce pkce = new_pkce();
    const std::string state = new_state();
    Loopback loopback{static_cast<int>(settings.login_port), k_path, state};
    const Redirect redirect =
        ask_person(loopback, settings,
                   session.oauth(name).authorize_url(loopback.redirect_uri(),
                                                     scopes_of(settings, app),
                                                     state, pkce.challenge),
                   out);
    const clock::Instant asked = session.clock().instant();
    const lark::Grant grant = exchange(
        session, name, {redirect.code, loopback.redirect_uri(), pkce.verifier});
    const auto elapsed = std::chrono::duration_cast<clock::Duration>(
        session.clock().instant() - asked);
    const db::TokenIdentity identity{name, "user_access_token",
                                     session.who_is(name, grant.access_token)};
    store(session, identity, grant, elapsed);
    out << fmt::format("Stored the token of {} for app '{}'{}.\n",
                       identity.subject, name,
                       grant.refresh_token.empty()
                           ? "; it ends in two hours, because Lark gave no "
                             "refresh token (see docs/tokens.md)"
                           : "");
}

}  // namespace lark_batch::admin
