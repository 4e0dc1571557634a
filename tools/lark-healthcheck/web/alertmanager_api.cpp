#include "tools/lark-healthcheck/web/alertmanager_api.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "lib/errors/error.hpp"
#include "lib/http/url.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

namespace dom = simdjson::dom;
using simdjson::SUCCESS;

// A filter's value is a string literal, as in PromQL.
std::string quoted(const std::string& text) {
    std::string literal = "\"";
    for (const char c : text) {
        literal +=
            c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    }
    return literal + "\"";
}

std::optional<KnownAlert> alert_of(const dom::element& entry) {
    std::string_view state;
    std::string_view updated;
    if (entry["status"]["state"].get(state) != SUCCESS ||
        entry["updatedAt"].get(updated) != SUCCESS) {
        return std::nullopt;
    }
    const auto time = clock::parse_rfc3339(std::string{updated});
    return time ? std::optional{KnownAlert{state == "active", *time}}
                : std::nullopt;
}

}  // namespace

std::string alerts_url(const std::string& base_url, const std::string& name) {
    std::string url = base_url + "/api/v2/alerts";
    http::append_query(url, {{"active", "true"},
                             {"silenced", "true"},
                             {"inhibited", "true"},
                             {"filter", "alertname=" + quoted(name)}});
    return url;
}

std::optional<KnownAlert> read_known_alert(const http::Response& response) {
    dom::parser parser;
    dom::array alerts;
    if (response.status != 200 ||
        parser.parse(response.body).get(alerts) != SUCCESS) {
        throw errors::Error{
            errors::Kind::failed,
            fmt::format("no Alertmanager API: status {}, '{}'", response.status,
                        text::excerpt(response.body, 80))};
    }
    std::optional<KnownAlert> last;
    for (const dom::element entry : alerts) {
        const auto alert = alert_of(entry);
        if (alert && (!last || alert->updated_at > last->updated_at)) {
            last = alert;
        }
    }
    return last;
}

}  // namespace lark_batch::healthcheck
