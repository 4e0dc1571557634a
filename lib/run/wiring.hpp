// Settings as the configuration has them, in the shape that each folder of
// lib/ wants.
#pragma once

#include <string>

#include "lib/config/shared_options.hpp"
#include "lib/db/connection.hpp"
#include "lib/http/http.hpp"
#include "lib/lark/client.hpp"
#include "lib/lark/oauth.hpp"

namespace lark_batch::run {

db::Settings database_settings(const config::DatabaseSettings& settings,
                               const std::string& program);
http::Settings http_settings(const config::HttpSettings& settings);
lark::App lark_app(const config::AppSettings& settings);
lark::OAuthApp oauth_app(const config::AppSettings& settings);
void configure_log(const config::RunSettings& settings);

}  // namespace lark_batch::run
