#include "tools/lark-forward-alerts/fetch.hpp"

#include <algorithm>
#include <iterator>
#include <memory>

#include "lib/http/url.hpp"
#include "lib/text/base64.hpp"
#include "tools/lark-forward-alerts/decode.hpp"

namespace lark_batch::forward_alerts {

namespace {

using errors::Error;
using errors::Kind;

// Of one answer; a run has fifty seconds in all.
constexpr clock::Duration k_patience{10'000};
constexpr clock::Duration k_step{200};

// The muted ones are asked for, too: they are not over.
http::Request request_for(const std::string& url,
                          const config::AlertmanagerSettings& settings) {
    http::Request request;
    request.url = url + "/api/v2/alerts";
    http::append_query(request.url, {{"active", "true"},
                                     {"silenced", "true"},
                                     {"inhibited", "true"},
                                     {"unprocessed", "true"}});
    request.headers.emplace_back("Accept", "application/json");
    if (!settings.user.empty()) {
        request.headers.emplace_back(
            "Authorization",
            "Basic " +
                text::base64(settings.user + ":" + settings.password.reveal()));
    }
    return request;
}

Answer answer_of(const http::Response& response, const std::string& watchdog) {
    if (response.fault == http::Fault::too_large) {
        throw Error{Kind::unavailable, "its answer is larger than 16 MiB",
                    "more alerts than people can read; see what fires"};
    }
    if (!response.answered()) {
        throw Error{
            Kind::unavailable, "it does not answer: " + response.fault_text,
            "the next run asks again; without any answer nothing counts as "
            "resolved"};
    }
    if (response.status != 200) {
        const bool refused = response.status == 401 || response.status == 403;
        throw Error{Kind::unavailable,
                    "it answers with HTTP " + std::to_string(response.status),
                    refused ? "see [alertmanager] user and password"
                            : "the next run asks again"};
    }
    return decode_alerts(response.body, watchdog);
}

void take(const http::Response& response, const std::string& watchdog,
          Asked& asked, Round& round) {
    try {
        Answer answer = answer_of(response, watchdog);
        asked.alerts = answer.alerts.size();
        round.watchdog = round.watchdog || answer.watchdog;
        std::ranges::move(answer.alerts, std::back_inserter(round.alerts));
    } catch (const Error& error) {
        asked.error = error.within("Alertmanager '" + asked.url + "'");
    }
}

// What comes after a stop finds it still there.
struct Pending {
    std::vector<http::Response> responses;
    std::size_t left = 0;
};

std::vector<http::Response> ask_all(run::Context& context) {
    const auto& settings = context.settings().alertmanager;
    const auto pending = std::make_shared<Pending>();
    pending->left = settings.urls.size();
    pending->responses.resize(pending->left);
    for (std::size_t at = 0; at < settings.urls.size(); ++at) {
        http::Request request = request_for(settings.urls[at], settings);
        request.total_timeout = context.deadline().at_most(k_patience);
        context.http().start(std::move(request),
                             [pending, at](http::Response&& response) {
                                 pending->responses[at] = std::move(response);
                                 --pending->left;
                             });
    }
    while (pending->left > 0) {
        context.check_stop();
        context.http().step(k_step);
    }
    return std::move(pending->responses);
}

}  // namespace

Round fetch_alerts(run::Context& context, const std::string& watchdog) {
    Round round;
    const auto& urls = context.settings().alertmanager.urls;
    const auto responses = ask_all(context);
    for (std::size_t at = 0; at < urls.size(); ++at) {
        round.asked.push_back({urls[at], 0, {}});
        take(responses[at], watchdog, round.asked.back(), round);
    }
    if (std::ranges::all_of(round.asked, [](const Asked& each) {
            return each.error.has_value();
        })) {
        throw Error{*round.asked.front().error};
    }
    round.alerts = merged(std::move(round.alerts));
    return round;
}

}  // namespace lark_batch::forward_alerts
