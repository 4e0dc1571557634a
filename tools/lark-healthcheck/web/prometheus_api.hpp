// The parts of Prometheus' HTTP API that checks ask.
// https://prometheus.io/docs/prometheus/latest/querying/api/
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/http/http.hpp"
#include "tools/lark-healthcheck/web/exposition.hpp"

namespace lark_batch::healthcheck {

struct QuerySample {
    SeriesLabels labels;
    double value = 0;  // may be NaN or infinite
};

// A POST of a form, as a query may be longer than a URL. Sets method, URL,
// body and type.
void ask_instant_query(http::Request& request, const std::string& base_url,
                       const std::string& query);

// The samples of a vector, or a scalar as one without labels. Throws
// Error(failed) with the API's own words, or saying that there is no such API.
std::vector<QuerySample> read_query_answer(const http::Response& response);

// "firing" or "pending" for the alerts that /api/v1/alerts has of that name,
// the strongest of them; nothing when there is none. Throws as above.
std::optional<std::string> read_alert_state(const http::Response& response,
                                            const std::string& name);

}  // namespace lark_batch::healthcheck
