#include "tools/lark-admin/online_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "lib/db/schema.hpp"
#include "lib/lark/access.hpp"
#include "lib/run/funnel.hpp"
#include "lib/run/signals.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/base64.hpp"
#include "lib/text/json_writer.hpp"
#include "lib/text/strings.hpp"
#include "lib/text/table.hpp"
#include "lib/tokens/pair.hpp"
#include "tools/lark-admin/options.hpp"
#include "tools/lark-admin/queries.hpp"
#include "tools/lark-admin/silent.hpp"

namespace lark_batch::admin {

namespace {

using errors::Error;
using errors::Kind;

// A person waits for the answer; a service that needs longer is not well.
constexpr clock::Duration k_patience{15'000};
constexpr std::size_t k_shown_rights = 3;

void check_stop() {
    if (run::stop_signal() != 0) {
        throw Error{Kind::stopped, "stopped by a signal"};
    }
}

// `question` returns the detail of a success.
Finding probe(const std::string& check, const std::string& target,
              const std::function<std::string()>& question) {
    check_stop();
    Finding finding{check, target, {}, {}};
    const auto begin = clock::system_clock().instant();
    try {
        finding.detail = question();
    } catch (const Error& error) {
        check_stop();
        finding.fault = error;
    }
    const auto taken = clock::system_clock().instant() - begin;
    finding.seconds = std::chrono::duration<double>(taken).count();
    return finding;
}

std::string check_schema(db::Connection& connection) {
    db::require_schema(connection);
    return fmt::format("version {}", db::k_schema_version);
}

std::string check_rights(db::Connection& connection) {
    const auto missing = missing_rights(connection);
    if (missing.empty()) {
        return "may read and write rows, and create temporary tables";
    }
    const auto shown = std::min(missing.size(), k_shown_rights);
    const auto rest = missing.size() - shown;
    throw Error{
        Kind::config,
        "the role lacks " +
            text::join({missing.begin(),
                        missing.begin() + static_cast<std::ptrdiff_t>(shown)},
                       ", ") +
            (rest == 0 ? "" : fmt::format(" and {} more", rest)),
        "run lark-admin migrate --grant-to ROLE as the owner"};
}

std::string check_keys(const config::TokenSettings& settings,
                       db::Connection& connection) {
    tokens::check_keys(connection, tokens::Keyring{settings});
    return fmt::format("every stored token's key is there; '{}' seals new ones",
                       settings.key);
}

void check_database(const config::SharedSettings& settings,
                    std::vector<Finding>& findings) {
    std::optional<db::Connection> connection;
    findings.push_back(probe("database", settings.database.url, [&] {
        connection.emplace(
            run::database_settings(settings.database, k_program));
        return "PostgreSQL " + server_version(*connection);
    }));
    if (!connection) {
        return;
    }
    findings.push_back(probe("schema", "lark_batch",
                             [&] { return check_schema(*connection); }));
    // Without the schema there is nothing to have rights on.
    if (!findings.back().fault) {
        findings.push_back(probe("rights", "lark_batch",
                                 [&] { return check_rights(*connection); }));
        if (!settings.tokens.keys.empty()) {
            findings.push_back(probe("keys", "tokens", [&] {
                return check_keys(settings.tokens, *connection);
            }));
        }
    }
}

// As the Pushgateway and Alertmanager have it.
struct Service {
    std::string url;
    std::string user;
    const text::Secret& password;
    std::string path;
    std::string name;
    std::string address;  // its option
};

std::string check_service(const Service& service, http::Client& http) {
    http::Request request;
    request.url = service.url + service.path;
    request.total_timeout = k_patience;
    if (!service.user.empty()) {
        request.headers.emplace_back(
            "Authorization",
            "Basic " +
                text::base64(service.user + ":" + service.password.reveal()));
    }
    const http::Response response = http.fetch(std::move(request));
    if (!response.answered()) {
        throw Error{Kind::unavailable, response.fault_text,
                    fmt::format("check that the {} runs and {} is right",
                                service.name, service.address)};
    }
    if (response.status != 200) {
        const bool refused = response.status == 401 || response.status == 403;
        const auto table =
            service.address.substr(0, service.address.find(']') + 1);
        throw Error{
            refused ? Kind::config : Kind::unavailable,
            fmt::format("HTTP {} for {}", response.status, service.path),
            refused ? "check " + table + " user and password" : ""};
    }
    return "ready";
}

std::string check_gateway(const config::PushgatewaySettings& settings,
                          http::Client& http) {
    return check_service({settings.url, settings.user, settings.password,
                          "/-/ready", "Pushgateway", "[pushgateway] url"},
                         http);
}

// What lark-forward-alerts asks, and /-/ready may be open to all.
std::string check_alertmanager(const config::AlertmanagerSettings& settings,
                               const std::string& url, http::Client& http) {
    return check_service(
        {url, settings.user, settings.password, "/api/v2/status",
         "Alertmanager", "[alertmanager] urls"},
        http);
}

std::string check_app(const config::AppSettings& app, http::Client& http) {
    Silent observer;
    const clock::Deadline deadline{clock::system_clock(), k_patience};
    lark::Client client{run::lark_app(app), http, clock::system_clock(),
                        deadline, observer};
    try {
        lark::check_access(client, check_stop);
    } catch (const Error& error) {
        if (error.kind() != Kind::timeout) {
            throw;
        }
        throw Error{Kind::unavailable,
                    fmt::format("no answer within {}",
                                text::format_duration(k_patience)),
                    "check the network, the proxy and base_url"};
    }
    return "token fetched, contact scope readable";
}

std::string message_of(const Finding& finding) {
    return finding.fault ? finding.fault->what() : finding.detail;
}

std::string result_of(const Finding& finding) {
    return finding.fault ? "failed" : "ok";
}

}  // namespace

std::vector<Finding> check_online(const config::SharedSettings& settings) {
    std::vector<Finding> findings;
    check_database(settings, findings);
    http::Client http{run::http_settings(settings.http)};
    if (settings.pushgateway.enabled) {
        findings.push_back(probe("pushgateway", settings.pushgateway.url, [&] {
            return check_gateway(settings.pushgateway, http);
        }));
    }
    for (const std::string& url : settings.alertmanager.urls) {
        findings.push_back(probe("alertmanager", url, [&] {
            return check_alertmanager(settings.alertmanager, url, http);
        }));
    }
    for (const config::AppSettings* app : settings.apps.selected()) {
        findings.push_back(
            probe("app", app->name, [&] { return check_app(*app, http); }));
    }
    return findings;
}

std::string findings_table(const std::vector<Finding>& findings) {
    text::Table table;
    table.column("check").column("target").column("result").column("message");
    std::string hints;
    for (const Finding& finding : findings) {
        table.row({finding.check, finding.target, result_of(finding),
                   message_of(finding)});
        if (finding.fault && !finding.fault->hint().empty()) {
            hints += fmt::format("hint for {} {}: {}\n", finding.check,
                                 finding.target, finding.fault->hint());
        }
    }
    return table.str() + hints;
}

std::string findings_json(const std::vector<Finding>& findings) {
    text::JsonWriter json;
    json.begin_array();
    for (const Finding& finding : findings) {
        json.begin_object().field("check", finding.check);
        json.field("target", finding.target);
        json.field("result", result_of(finding));
        json.field("message", message_of(finding));
        json.field("hint", finding.fault ? finding.fault->hint() : "");
        json.end_object();
    }
    return json.end_array().str();
}

errors::ExitCode worst_of(const std::vector<Finding>& findings) {
    auto worst = errors::ExitCode::ok;
    for (const Finding& finding : findings) {
        if (finding.fault) {
            const int code = run::exit_code_for(finding.fault->kind());
            worst = std::max(worst, static_cast<errors::ExitCode>(code));
        }
    }
    return worst;
}

}  // namespace lark_batch::admin
