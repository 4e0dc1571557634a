#include "tools/lark-forward-alerts/decode.hpp"

#include <simdjson.h>

#include <algorithm>

#include "lib/errors/error.hpp"
#include "lib/notify/escape.hpp"
#include "lib/notify/personal.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::forward_alerts {

namespace {

namespace dom = simdjson::dom;
using simdjson::SUCCESS;

constexpr std::size_t k_longest_name = 100;
constexpr std::size_t k_longest_text = 400;
constexpr std::size_t k_longest_url = 2'000;
constexpr std::size_t k_longest_system = 40;

// Labels such as a probe's target may be an address with a password.
std::string without_passwords(std::string text) {
    for (std::size_t at = 0; (at = text.find("://", at)) != text.npos;) {
        at += 3;
        const auto end = text.find_first_of("/?# \"'<>", at);
        const auto sign = text.substr(0, end).rfind('@');
        if (sign != text.npos && sign >= at) {
            text.replace(at, sign - at, "***");
        }
    }
    return text;
}

std::string impersonal(const std::string& text) {
    return notify::without_personal_data(without_passwords(text));
}

// Cut twice: half a password has no end to be known by.
std::string shown(std::string_view text) {
    return text::excerpt(impersonal(text::excerpt(text, 4 * k_longest_text)),
                         k_longest_text);
}

// Empty for one that must not be shown.
std::string address(const std::string& text) {
    const std::string url = notify::safe_url(text);
    return impersonal(url) == url ? url : std::string{};
}

[[noreturn]] void refuse(const std::string& body) {
    throw errors::Error{errors::Kind::unavailable,
                        "its answer is no list of alerts: '" +
                            text::excerpt(shown(body), 80) + "'",
                        "see whether [alertmanager] urls names an "
                        "Alertmanager with the API v2"};
}

// False unless it is an object of texts.
bool read_texts(const simdjson::simdjson_result<dom::element>& member,
                Labels& texts) {
    dom::object object;
    if (member.get(object) != SUCCESS) {
        return false;
    }
    for (const auto& [name, value] : object) {
        std::string_view text;
        if (value.get(text) != SUCCESS) {
            return false;
        }
        texts.emplace(name, text);
    }
    return true;
}

std::string taken(const Labels& texts, std::string_view name,
                  std::size_t limit) {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string{}
                                : text::excerpt(found->second, limit);
}

std::string shown_of(const Labels& texts, std::string_view name) {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string{} : shown(found->second);
}

std::string system_of(const Labels& labels) {
    const std::string system = taken(labels, "system", k_longest_system);
    const bool usable =
        !system.empty() && system.find_first_not_of(
                               "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789-_.") == std::string::npos;
    return usable ? system : "other";
}

// Those that the other members do not say already.
std::string rest_of(const Labels& labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        if (name != "alertname" && name != "severity" && name != "system") {
            text += text.empty() ? "" : ", ";
            text += name;
            text += '=';
            text += value;
        }
        if (text.size() > k_longest_text) {
            break;
        }
    }
    return shown(text);
}

std::string optional_text(const dom::element& entry, const char* member,
                          std::size_t limit) {
    std::string_view value;
    return entry[member].get(value) == SUCCESS ? text::excerpt(value, limit)
                                               : std::string{};
}

Alert alert_of(const dom::element& entry, const Labels& labels,
               const Labels& notes, notify::Severity severity) {
    Alert alert;
    alert.name = taken(labels, "alertname", k_longest_name);
    alert.system = system_of(labels);
    alert.topic = topic_of(alert.system, labels);
    alert.app = taken(labels, "app", k_longest_name);
    alert.app_id = taken(labels, "app_id", k_longest_name);
    alert.fingerprint = optional_text(entry, "fingerprint", k_longest_name);
    alert.severity = severity;
    alert.started_at =
        clock::parse_rfc3339(optional_text(entry, "startsAt", k_longest_name));
    alert.summary = shown_of(notes, "summary");
    alert.description = shown_of(notes, "description");
    alert.labels = rest_of(labels);
    alert.runbook = address(taken(notes, "runbook_url", k_longest_url));
    alert.dashboard = taken(notes, "dashboard", k_longest_url);
    if (alert.dashboard.find("://") != alert.dashboard.npos) {
        alert.dashboard = address(alert.dashboard);
    }
    alert.expression =
        address(optional_text(entry, "generatorURL", k_longest_url));
    return alert;
}

// False when the entry is no alert.
bool take(const dom::element& entry, std::string_view watchdog,
          Answer& answer) {
    Labels labels;
    Labels notes;
    std::string_view state;
    if (!read_texts(entry["labels"], labels) || !labels.contains("alertname") ||
        entry["status"]["state"].get(state) != SUCCESS ||
        !read_texts(entry["annotations"], notes)) {
        return false;
    }
    if (!watchdog.empty() && labels["alertname"] == watchdog) {
        answer.watchdog = true;
        return true;
    }
    const auto word = labels.find("severity");
    if (const auto severity =
            severity_of(word == labels.end() ? "" : word->second)) {
        answer.alerts.push_back(alert_of(entry, labels, notes, *severity));
        answer.alerts.back().muted = state == "suppressed";
    }
    return true;
}

}  // namespace

Answer decode_alerts(const std::string& body, std::string_view watchdog) {
    dom::parser parser;
    dom::array entries;
    if (parser.parse(body).get(entries) != SUCCESS) {
        refuse(body);
    }
    Answer answer;
    for (const dom::element entry : entries) {
        if (!take(entry, watchdog, answer)) {
            refuse(body);
        }
    }
    return answer;
}

}  // namespace lark_batch::forward_alerts
