#include "lib/log/log.hpp"
#include "lib/run/signals.hpp"
#include "lib/tokens/pair.hpp"
#include "tools/lark-admin/token_commands.hpp"
#include "tools/lark-admin/token_session.hpp"

namespace lark_batch::admin {

namespace {

using clock::Duration;
using errors::Error;
using errors::Kind;

// Too little for anybody to use it.
constexpr Duration k_least_life{10'000};
constexpr Duration k_pause{200};

std::string login_hint(const db::TokenIdentity& identity) {
    return "have the person log in: lark-admin token login --app " +
           identity.app;
}

Error absent(const db::TokenIdentity& identity) {
    return Error{Kind::failed,
                 "app '" + identity.app + "' has no token of that user",
                 login_hint(identity)};
}

// Why the row will not give a token any more.
std::optional<Error> dead(const db::TokenRow& row) {
    if (row.state == "revoked") {
        return Error{Kind::denied, "the token was revoked",
                     login_hint(row.identity)};
    }
    if (row.state == "needs_login") {
        return Error{Kind::denied,
                     "the token needs a new login (" + row.reason + ")",
                     login_hint(row.identity)};
    }
    if (row.refresh_sealed.empty() && row.access_left < k_least_life) {
        return Error{Kind::denied,
                     "the token has ended and cannot be refreshed",
                     "ask for the scope offline_access at the next login"};
    }
    return std::nullopt;
}

// While it is being refreshed the old one may end any moment.
bool usable(const db::TokenRow& row, Duration least) {
    return row.access_left >= least && row.state == "valid";
}

void check_stop() {
    if (run::stop_signal() != 0) {
        throw Error{Kind::stopped, "stopped by a signal"};
    }
}

class Printing {
public:
    Printing(TokenSession& session, db::TokenIdentity identity)
        : m_session(&session), m_identity(std::move(identity)) {}

    // One refresh of ours at most: the next token may live no longer.
    text::Secret token() {
        Duration least = m_session->settings().min_life;
        while (!m_session->deadline().passed()) {
            check_stop();
            const db::TokenRow row = read();
            if (usable(row, least)) {
                return tokens::open_access(m_session->keys(), row);
            }
            if (const auto error = dead(row)) {
                throw Error{*error};
            }
            if (row.refresh_sealed.empty() || m_error) {
                break;
            }
            least = refresh(row) ? k_least_life : least;
        }
        check_stop();
        return last_resort();
    }

private:
    db::TokenRow read() {
        auto row = db::find_token(m_session->database(), m_identity);
        if (!row) {
            throw absent(m_identity);
        }
        return std::move(*row);
    }

    // Whether a new pair is stored. Otherwise there is an error, or somebody
    // else has the token in hand: their new pair will do.
    bool refresh(const db::TokenRow& row) {
        const auto done = m_session->refresh(
            row, {std::nullopt, m_session->settings().min_life});
        m_error = done.error;
        if (done.tally.refreshed == 0 && !m_error) {
            m_session->clock().sleep(k_pause);
        }
        return done.tally.refreshed > 0;
    }

    // What is left of the old one is better than nothing.
    text::Secret last_resort() {
        const db::TokenRow row = read();
        if (row.access_left < k_least_life || dead(row)) {
            throw m_error.value_or(Error{Kind::unavailable,
                                         "the token could not be refreshed",
                                         "try again"});
        }
        log::warning(
            m_error ? m_error->what() : "the token could not be refreshed",
            {{"seconds_left", row.access_left.count() / 1000}});
        return tokens::open_access(m_session->keys(), row);
    }

    TokenSession* m_session;
    db::TokenIdentity m_identity;
    std::optional<Error> m_error;
};

}  // namespace

std::string chosen_app(const Settings& settings) {
    const config::AppsSettings& apps = settings.shared.apps;
    if (apps.chosen.size() > 1) {
        throw Error{Kind::usage, "one --app at a time", ""};
    }
    if (!apps.chosen.empty()) {
        return apps.chosen.front();
    }
    if (apps.all.size() != 1) {
        throw Error{Kind::usage, "--app is missing",
                    "name one of the [[app]] sections of the configuration"};
    }
    return apps.all.front().name;
}

void print_token(const Settings& settings, std::ostream& out) {
    const std::string app = chosen_app(settings);
    TokenSession session{settings, k_command_time};
    session.app(app);
    Printing printing{session, {app, "user_access_token", settings.user}};
    out << printing.token().reveal() << '\n';
}

}  // namespace lark_batch::admin
