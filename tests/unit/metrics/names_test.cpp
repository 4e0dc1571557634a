#include "lib/metrics/names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace lark_batch::metrics {

TEST_CASE("names: each family has one name, a help text and rising bounds") {
    std::set<std::string_view> seen;
    for (const auto& family : families()) {
        CAPTURE(family.name);
        CHECK(seen.insert(family.name).second);
        CHECK(family.help.ends_with('.'));
        CHECK(std::ranges::is_sorted(family.bounds));
        CHECK(family.bounds.empty() == (family.type != Type::histogram));
    }
}

TEST_CASE("names: totals end in _total, and only they accumulate") {
    for (const auto& family : families()) {
        CAPTURE(family.name);
        CHECK(family.name.ends_with("_total") ==
              (family.type == Type::counter));
        CHECK(family.accumulated == (family.type != Type::gauge));
    }
}

TEST_CASE("names: the fixed names and labels are there") {
    const auto* executions = find_family("scheduled_task_executions_total");
    REQUIRE(executions != nullptr);
    CHECK(executions->labels.size() == 2);
    const auto* api = find_family("lark_service_api_requests_total");
    REQUIRE(api != nullptr);
    CHECK(api->labels[2] == "status");
    for (const auto name : {"scheduled_task_duration_seconds",
                            "lark_service_api_request_duration_seconds",
                            "lark_service_auth_rate_limit_triggered_total",
                            "lark_service_token_refresh_retry_total",
                            "lark_service_token_refresh_success_total"}) {
        CHECK(find_family(name) != nullptr);
    }
    for (const auto name :
         {"token_days_to_expiry", "token_expiry_warnings_sent_total"}) {
        const auto* tokens = find_family(name);
        REQUIRE(tokens != nullptr);
        CHECK(tokens->labels.size() == 2);
        CHECK(tokens->labels[0] == "app_id");
        CHECK(tokens->labels[1] == "token_type");
    }
    const auto* refresh = find_family("refresh_token_days_to_expiry");
    REQUIRE(refresh != nullptr);
    CHECK(refresh->labels.size() == 1);
    CHECK(find_family("scheduled_task") == nullptr);
}

TEST_CASE("names: the same label may have a closed list in one family only") {
    CHECK(values_of(k_executions, "status").size() == 2);
    CHECK(values_of(k_api_requests, "status").empty());
    CHECK(values_of(k_sync_changes, "action").size() == 5);
    CHECK(values_of(k_sync_changes, "app").empty());
    CHECK(values_of(k_notify_messages, "status").size() == 2);
    CHECK(values_of(k_tokens, "class").size() == 4);
    CHECK(values_of(k_cleanup_deleted, "class").size() > 4);
}

}  // namespace lark_batch::metrics
