#include "tools/lark-healthcheck/wire/nats_monitor.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdint>

#include "lib/http/url.hpp"
#include "lib/run/wiring.hpp"
#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/web/web_words.hpp"
#include "tools/lark-healthcheck/wire/data_label.hpp"
#include "tools/lark-healthcheck/wire/socket.hpp"

namespace lark_batch::healthcheck {

namespace {

using simdjson::dom::element;

// A server with very many subscriptions says much about itself.
constexpr std::size_t k_most_bytes = 4u << 20;

http::Settings web_settings(const Surroundings& around,
                            const clock::Deadline& deadline) {
    http::Settings settings = around.settings == nullptr
                                  ? http::Settings{}
                                  : run::http_settings(around.settings->http);
    settings.max_body = k_most_bytes;
    settings.receive_buffer = 16u << 10;
    settings.connect_timeout = deadline.at_most(settings.connect_timeout);
    return settings;
}

// The pages of one server, one after the other on one connection.
class Monitor {
public:
    Monitor(const std::string& url, const Surroundings& around,
            const clock::Deadline& deadline)
        : m_url(url),
          m_deadline(deadline),
          m_http(web_settings(around, deadline)) {}

    // The answer, whatever its status.
    http::Response get(const std::string& path) {
        http::Request request{"GET", m_url + path, {}, {}, {}};
        request.total_timeout = m_deadline.at_most(k_longest);
        http::Response response = m_http.fetch(std::move(request));
        if (response.fault == http::Fault::timeout) {
            throw no_answer();
        }
        if (!response.answered()) {
            throw unavailable("monitor: " + web_fault_words(response));
        }
        return response;
    }

    // Valid until the next call.
    element object_at(const std::string& path) {
        http::Response response = get(path);
        element root;
        if (response.status != 200 ||
            m_parser.parse(response.body).get(root) != simdjson::SUCCESS ||
            !root.is_object()) {
            throw unavailable(
                fmt::format("monitor: status {} and no JSON object at {}",
                            response.status, path.substr(0, path.find('?'))));
        }
        return root;
    }

private:
    static constexpr clock::Duration k_longest{3'600'000};

    std::string m_url;
    clock::Deadline m_deadline;
    http::Client m_http;
    simdjson::dom::parser m_parser;
};

// What is left out is zero: Go's omitempty.
double number_at(const element& object, std::string_view key) {
    double number = 0;
    return object[key].get(number) == simdjson::SUCCESS ? number : 0;
}

std::string text_at(const element& object, std::string_view key) {
    std::string_view text;
    return object[key].get(text) == simdjson::SUCCESS ? std::string{text} : "";
}

void look_at_health(Monitor& monitor, Finding& finding) {
    const http::Response response = monitor.get("/healthz");
    if (response.status == 200) {
        return;
    }
    simdjson::dom::parser parser;
    element root;
    const bool reads =
        parser.parse(response.body).get(root) == simdjson::SUCCESS;
    const std::string why = reads ? text_at(root, "error") : "";
    finding.fail(fmt::format("/healthz says {}{}{}", response.status,
                             why.empty() ? "" : ": ", text::excerpt(why, 100)));
}

void look_at_numbers(Monitor& monitor, const NatsLimits& limits,
                     Finding& finding) {
    const element root = monitor.object_at("/varz");
    const auto measure = [&](const char* label, const char* key,
                             const ThresholdText& limit, const char* words) {
        const double number = number_at(root, key);
        finding.measure({label, number, "", limit.parsed(), 0.0},
                        fmt::format("{:.0f} {}", number, words));
    };
    measure("connections", "connections", limits.connections, "connections");
    measure("subscriptions", "subscriptions", limits.subscriptions,
            "subscriptions");
    measure("slow_consumers", "slow_consumers", limits.slow_consumers,
            "slow consumers");
    finding.ok("monitor of version " +
               text::excerpt(text_at(root, "version"), 20));
}

void look_at_subjects(Monitor& monitor, const NatsLimits& limits,
                      Finding& finding) {
    double fewest = -1;
    for (const std::string& subject : limits.subjects) {
        // Trap: with `test`, `total` is no more than the limit.
        const element root = monitor.object_at(
            "/subsz?subs=1&limit=1024&test=" + text::percent_encode(subject));
        const double count = number_at(root, "total");
        finding.measure({data_label("subscribers", subject),
                         count,
                         "",
                         limits.subscribers.parsed(),
                         0.0,
                         {},
                         false},
                        fmt::format("{:.0f} subscribers of '{}'", count,
                                    text::excerpt(subject, 80)));
        fewest = fewest < 0 ? count : std::min(fewest, count);
    }
    if (fewest >= 0) {
        finding.measure({"subscribers", fewest, "", {}, 0.0});
    }
}

}  // namespace

bool NatsLimits::wanted() const {
    const auto given = [](const ThresholdText& limit) {
        return !limit.warn.empty() || !limit.crit.empty();
    };
    return given(connections) || given(subscriptions) ||
           given(slow_consumers) || !subjects.empty();
}

void declare_nats_limits(config::OptionSet& set, NatsLimits& limits) {
    declare_threshold(set, "connections-", limits.connections,
                      "connections of clients");
    declare_threshold(set, "subscriptions-", limits.subscriptions,
                      "subscriptions, the server's own included");
    declare_threshold(set, "slow-consumers-", limits.slow_consumers,
                      "slow consumers since the server's start");
    set.add("subjects", limits.subjects)
        .help("subjects that somebody must have subscribed to")
        .placeholder("SUBJECT")
        .sample("fechatter.messages.created");
    declare_threshold(set, "subscribers-", limits.subscribers,
                      "subscriptions that match each of the subjects");
}

void look_at_monitor(const std::string& url, const NatsLimits& limits,
                     const Surroundings& around,
                     const clock::Deadline& deadline, Finding& finding) {
    Monitor monitor{url, around, deadline};
    look_at_health(monitor, finding);
    look_at_numbers(monitor, limits, finding);
    look_at_subjects(monitor, limits, finding);
}

}  // namespace lark_batch::healthcheck
