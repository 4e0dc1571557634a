#include "lib/run/wiring.hpp"

#include "lib/log/log.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::run {

namespace {

log::Level level_of(const std::string& name) {
    if (name == "debug") {
        return log::Level::debug;
    }
    if (name == "warning") {
        return log::Level::warning;
    }
    return name == "error" ? log::Level::error : log::Level::info;
}

log::Format format_of(const std::string& name) {
    if (name == "json") {
        return log::Format::json;
    }
    return name == "journal" ? log::Format::journal : log::Format::text;
}

}  // namespace

db::Settings database_settings(const config::DatabaseSettings& settings,
                               const std::string& program) {
    return {settings.url,
            settings.password,
            settings.connect_timeout,
            settings.statement_timeout,
            settings.lock_timeout,
            "lark-batch/" + program};
}

http::Settings http_settings(const config::HttpSettings& settings) {
    http::Settings wanted;
    wanted.connect_timeout = settings.connect_timeout;
    wanted.total_timeout = settings.total_timeout;
    wanted.max_connections = static_cast<std::size_t>(settings.max_connections);
    wanted.proxy = settings.proxy;
    wanted.no_proxy = text::join(settings.no_proxy, ",");
    wanted.ca_file = settings.ca_file;
    return wanted;
}

lark::App lark_app(const config::AppSettings& settings) {
    return {
        settings.name,     settings.app_id,          settings.app_secret,
        settings.base_url, settings.rate_per_second, settings.rate_per_minute};
}

lark::OAuthApp oauth_app(const config::AppSettings& settings) {
    lark::OAuthApp app;
    app.name = settings.name;
    app.app_id = settings.app_id;
    app.secret = settings.app_secret;
    app.base_url = settings.base_url;
    app.accounts_url = settings.accounts_url;
    app.version = settings.oauth;
    app.rate_per_second = settings.rate_per_second;
    app.rate_per_minute = settings.rate_per_minute;
    return app;
}

void configure_log(const config::RunSettings& settings) {
    log::configure({level_of(settings.log_level),
                    format_of(settings.log_format),
                    {},
                    &clock::system_clock()});
}

}  // namespace lark_batch::run
