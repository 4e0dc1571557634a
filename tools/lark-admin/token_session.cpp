#include "tools/lark-admin/token_session.hpp"

#include "lib/db/schema.hpp"
#include "lib/log/log.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/token_surroundings.hpp"
#include "lib/run/wiring.hpp"
#include "lib/tokens/pair.hpp"
#include "lib/tokens/protect.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

}  // namespace

TokenSession::TokenSession(const Settings& settings, clock::Duration time_limit)
    : m_settings(&settings),
      m_deadline(clock::system_clock(), time_limit),
      m_keys(settings.shared.tokens) {
    tokens::protect_memory();
    connect();
    db::require_schema(*m_database);
    tokens::require_keys(*m_database, m_keys);
    m_around = surroundings();
    if (tokens::store_spooled(m_around).set_aside > 0) {
        log::error(
            "tokens that waited for the database cannot be stored; they are "
            "set aside in tokens.spool.broken in the state directory");
    }
}

TokenSession::~TokenSession() = default;

void TokenSession::connect() {
    m_database.reset();
    m_database = std::make_unique<db::Connection>(
        run::database_settings(m_settings->shared.database, k_program));
}

tokens::Surroundings TokenSession::surroundings() {
    tokens::Surroundings around;
    around.database = [this]() -> db::Connection& { return *m_database; };
    around.reconnect = [this]() -> db::Connection& {
        connect();
        return *m_database;
    };
    around.listen = [this] { http().step(clock::Duration::zero()); };
    around.clock = &clock::system_clock();
    around.deadline = &m_deadline;
    around.worker = run::this_worker();
    around.spool = run::token_spool(m_settings->shared.run.state_directory);
    return around;
}

http::Client& TokenSession::http() {
    if (!m_http) {
        m_http = std::make_unique<http::Client>(
            run::http_settings(m_settings->shared.http));
    }
    return *m_http;
}

const config::AppSettings& TokenSession::app(const std::string& name) const {
    const config::AppSettings* found = m_settings->shared.apps.find(name);
    if (found == nullptr) {
        throw Error{Kind::usage, "no app is named '" + name + "'",
                    "name one of the [[app]] sections of the configuration"};
    }
    return *found;
}

lark::OAuthClient& TokenSession::oauth(const std::string& app_name) {
    if (!m_oauth || m_oauth->app().name != app_name) {
        m_oauth = std::make_unique<lark::OAuthClient>(
            run::oauth_app(app(app_name)), http(), clock(), m_deadline,
            m_observer);
    }
    return *m_oauth;
}

std::string TokenSession::who_is(const std::string& app_name,
                                 const text::Secret& token) {
    std::string open_id;
    std::optional<Error> error;
    lark::OAuthClient& client = oauth(app_name);
    client.who_is(
        token, [&](const lark::Person& person) { open_id = person.open_id; },
        [&](const lark::Failure& failure) { error = failure.error; });
    client.run([] {});
    if (error) {
        throw Error{*error};
    }
    return open_id;
}

TokenSession::Refreshed TokenSession::refresh(const db::TokenRow& row,
                                              const db::Due& due) {
    tokens::Rotation rotation{m_keys, oauth(row.identity.app), m_around, due};
    rotation.add({row.id});
    tokens::drive(
        {&rotation}, http(), clock(), [] { return run::stop_signal() != 0; },
        [] {});
    return {rotation.tally(), rotation.error()};
}

}  // namespace lark_batch::admin
