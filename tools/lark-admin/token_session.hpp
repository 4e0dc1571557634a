// What the token commands share: the keys, the database, and Lark.
#pragma once

#include <memory>
#include <string>

#include "lib/db/connection.hpp"
#include "lib/http/http.hpp"
#include "lib/lark/oauth.hpp"
#include "lib/tokens/rotation.hpp"
#include "tools/lark-admin/options.hpp"
#include "tools/lark-admin/silent.hpp"

namespace lark_batch::admin {

// For a command that somebody waits for.
inline constexpr clock::Duration k_command_time{120'000};

class TokenSession {
public:
    // Checks the keys against what is stored, and stores pairs that wait in
    // the spool. Throws Error(config) for a missing or wrong key, before
    // anything else.
    TokenSession(const Settings& settings, clock::Duration time_limit);
    ~TokenSession();
    TokenSession(const TokenSession&) = delete;
    TokenSession& operator=(const TokenSession&) = delete;

    const Settings& settings() const { return *m_settings; }
    const tokens::Keyring& keys() const { return m_keys; }
    db::Connection& database() { return *m_database; }
    http::Client& http();

    // Throws Error(usage) for a name that no [[app]] has.
    const config::AppSettings& app(const std::string& name) const;
    lark::OAuthClient& oauth(const std::string& app_name);

    // The open_id of the person whose access token it is.
    std::string who_is(const std::string& app_name, const text::Secret& token);

    // Refreshes one token, if it is due.
    struct Refreshed {
        tokens::Tally tally;
        std::optional<errors::Error> error;
    };
    Refreshed refresh(const db::TokenRow& row, const db::Due& due);

    clock::Clock& clock() { return clock::system_clock(); }
    const clock::Deadline& deadline() const { return m_deadline; }

private:
    void connect();
    tokens::Surroundings surroundings();

    const Settings* m_settings;
    clock::Deadline m_deadline;
    tokens::Keyring m_keys;
    std::unique_ptr<db::Connection> m_database;
    std::unique_ptr<http::Client> m_http;
    Silent m_observer;
    std::unique_ptr<lark::OAuthClient> m_oauth;
    tokens::Surroundings m_around;
};

}  // namespace lark_batch::admin
