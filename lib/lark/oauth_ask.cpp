#include "lib/lark/oauth_ask.hpp"

#include "lib/text/json_writer.hpp"

namespace lark_batch::lark {

namespace {

void begin_body(text::JsonWriter& json, const OAuthApp& app,
                const char* grant_type) {
    json.begin_object();
    json.field("grant_type", grant_type);
    json.field("client_id", app.app_id);
    json.field("client_secret", app.secret.reveal());
}

}  // namespace

text::Secret refresh_body(const OAuthApp& app,
                          const text::Secret& refresh_token) {
    text::JsonWriter json;
    begin_body(json, app, "refresh_token");
    json.field("refresh_token", refresh_token.reveal());
    json.end_object();
    return text::Secret{json.str()};
}

text::Secret exchange_body(const OAuthApp& app,
                           const Authorization& authorization) {
    text::JsonWriter json;
    begin_body(json, app, "authorization_code");
    json.field("code", authorization.code);
    json.field("redirect_uri", authorization.redirect_uri);
    if (!authorization.code_verifier.empty()) {
        json.field("code_verifier", authorization.code_verifier.reveal());
    }
    json.end_object();
    return text::Secret{json.str()};
}

http::Request request_of(const Ask& ask) {
    http::Request request;
    request.method = ask.method;
    request.url = ask.url;
    if (ask.for_grant()) {
        request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
        request.body = ask.body.reveal();
    } else {
        request.headers = {
            {"Authorization", "Bearer " + ask.presented.reveal()}};
    }
    return request;
}

std::string without_secrets(std::string words,
                            std::initializer_list<text::Secret> secrets) {
    constexpr std::string_view k_instead = "***";
    for (const text::Secret& secret : secrets) {
        const std::string& text = secret.reveal();
        for (auto at = words.find(text);
             !text.empty() && at != std::string::npos;
             at = words.find(text, at + k_instead.size())) {
            words.replace(at, text.size(), k_instead);
        }
    }
    return words;
}

}  // namespace lark_batch::lark
