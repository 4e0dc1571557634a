#include "tools/lark-healthcheck/check.hpp"

#include "lib/text/strings.hpp"
#include "tools/lark-healthcheck/kinds.hpp"

namespace lark_batch::healthcheck {

namespace {

using text::Milliseconds;

const Milliseconds k_hour = std::chrono::hours{1};

// Any text that fits a line, a label and a table.
std::optional<std::string> check_check_name(const std::string& value) {
    if (value.empty() || value.size() > 120) {
        return "must have 1 to 120 bytes";
    }
    if (text::excerpt(value, value.size()) != value) {
        return "must be UTF-8 without control characters";
    }
    return std::nullopt;
}

std::optional<std::string> check_label(const std::string& value) {
    const auto equals = value.find('=');
    if (equals == std::string::npos || equals == 0) {
        return "must be name=value, not '" + text::excerpt(value, 80) + "'";
    }
    return check_check_name(value);
}

void declare_identity(config::OptionSet& set, Check& check) {
    set.add("name", check.name)
        .help("what it is called, everywhere")
        .check(check_check_name)
        .sample("main database")
        .required();
    set.add("kind", check.kind)
        .help("what is looked at, and how")
        .choices(kind_names())
        .sample("postgres")
        .required();
    set.add("groups", check.groups)
        .help("names by which --group chooses")
        .check(check_check_name)
        .sample("fechatter");
    set.add("labels", check.labels)
        .help("name=value, for who reads the results")
        .check(check_label)
        .sample("team=chat");
    set.add("enabled", check.enabled).help("whether it is run at all");
}

void declare_limits(config::OptionSet& set, Check& check) {
    declare_threshold(set, "", check.value,
                      "the kind's main value, most often the seconds it took");
    declare_threshold(set, "latency-", check.latency,
                      "seconds it took, where that is not the main value");
    set.add("timeout-state", check.timeout_state)
        .help("what it is when no answer came in time")
        .choices({"warning", "critical", "unknown"})
        .placeholder("STATE");
    set.add("retries", check.retries)
        .help("further attempts, when one was neither OK nor WARNING")
        .range(0, 20)
        .placeholder("N");
    set.add("retry-delay", check.retry_delay)
        .help("wait between attempts")
        .range(Milliseconds{0}, k_hour)
        .placeholder("DURATION");
    set.add("invert", check.invert)
        .help("OK when it fails, CRITICAL when it does not");
}

void declare_history(config::OptionSet& set, Check& check) {
    set.add("timeout", check.timeout)
        .help("longest time of one attempt")
        .range(Milliseconds{1}, k_longest_timeout);
    set.add("depends-on", check.depends_on)
        .help(
            "checks without which this one says nothing; it is skipped while "
            "one of them is CRITICAL or UNKNOWN")
        .sample("network");
    set.add("failure-threshold", check.failure_threshold)
        .help("runs in a row that must fail before the state gets worse")
        .range(1, 1'000);
    set.add("recovery-threshold", check.recovery_threshold)
        .help("runs in a row that must be better before the state is")
        .range(1, 1'000);
    set.add("every", check.every)
        .help(
            "not run again before this time is over; until then its last "
            "result counts")
        .range(Milliseconds{0}, k_hour * 24 * 366);
}

}  // namespace

void declare_common(config::OptionSet& set, Check& check) {
    declare_identity(set, check);
    declare_limits(set, check);
    declare_history(set, check);
}

void declare_ad_hoc(config::OptionSet& set, Check& check) {
    declare_limits(set, check);
}

}  // namespace lark_batch::healthcheck
