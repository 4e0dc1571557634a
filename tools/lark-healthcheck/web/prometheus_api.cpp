#include "tools/lark-healthcheck/web/prometheus_api.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

namespace dom = simdjson::dom;
using simdjson::SUCCESS;

[[noreturn]] void refuse(const std::string& why) {
    throw errors::Error{errors::Kind::failed, why};
}

// An error comes with status 4xx or 5xx and a JSON text.
dom::element data_of(dom::parser& parser, const http::Response& response) {
    dom::element root;
    dom::element data;
    std::string_view status;
    if (parser.parse(response.body).get(root) != SUCCESS ||
        root["status"].get(status) != SUCCESS) {
        refuse(fmt::format("no Prometheus API: status {} without its JSON",
                           response.status));
    }
    if (status != "success") {
        std::string_view why;
        if (root["error"].get(why) != SUCCESS) {
            why = "an error without a reason";
        }
        refuse("Prometheus: " + text::excerpt(why, 160));
    }
    if (root["data"].get(data) != SUCCESS) {
        refuse("no Prometheus API: an answer without data");
    }
    return data;
}

// [<seconds>, "<value>"]
double value_of(const dom::element& pair) {
    std::string_view text;
    std::optional<double> value;
    if (pair.at(1).get(text) == SUCCESS) {
        value = parse_value(text);
    }
    if (!value) {
        refuse("no Prometheus API: a sample without a value");
    }
    return *value;
}

QuerySample sample_of(const dom::element& entry) {
    QuerySample sample;
    dom::object labels;
    if (entry["metric"].get(labels) == SUCCESS) {
        for (const auto& [name, value] : labels) {
            std::string_view text;
            if (value.get(text) == SUCCESS) {
                sample.labels.emplace_back(name, text);
            }
        }
    }
    dom::element pair;
    if (entry["value"].get(pair) != SUCCESS) {
        refuse("no Prometheus API: a sample without a value");
    }
    sample.value = value_of(pair);
    return sample;
}

}  // namespace

void ask_instant_query(http::Request& request, const std::string& base_url,
                       const std::string& query) {
    request.method = "POST";
    request.url = base_url + "/api/v1/query";
    request.headers.emplace_back("Content-Type",
                                 "application/x-www-form-urlencoded");
    request.body = "query=" + text::percent_encode(query);
}

std::vector<QuerySample> read_query_answer(const http::Response& response) {
    dom::parser parser;
    const dom::element data = data_of(parser, response);
    std::string_view type;
    dom::array result;
    if (data["resultType"].get(type) != SUCCESS ||
        data["result"].get(result) != SUCCESS) {
        refuse("no Prometheus API: an answer without a result");
    }
    if (type == "scalar") {
        dom::element pair;
        return data["result"].get(pair) == SUCCESS
                   ? std::vector<QuerySample>{{{}, value_of(pair)}}
                   : std::vector<QuerySample>{};
    }
    if (type != "vector") {
        throw errors::Error{
            errors::Kind::config,
            fmt::format("the query yields a {}, not a vector or a number",
                        text::excerpt(type, 20))};
    }
    std::vector<QuerySample> samples;
    for (const dom::element entry : result) {
        samples.push_back(sample_of(entry));
    }
    return samples;
}

std::optional<std::string> read_alert_state(const http::Response& response,
                                            const std::string& name) {
    dom::parser parser;
    dom::array alerts;
    if (data_of(parser, response)["alerts"].get(alerts) != SUCCESS) {
        refuse("no Prometheus API: an answer without alerts");
    }
    std::optional<std::string> found;
    for (const dom::element alert : alerts) {
        std::string_view called;
        std::string_view state;
        const bool ours = alert["labels"]["alertname"].get(called) == SUCCESS &&
                          called == name &&
                          alert["state"].get(state) == SUCCESS;
        if (ours && found != "firing") {
            found = state;
        }
    }
    return found;
}

}  // namespace lark_batch::healthcheck
