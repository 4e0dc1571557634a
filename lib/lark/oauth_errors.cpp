#include "lib/lark/oauth_errors.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "lib/lark/errors.hpp"

namespace lark_batch::lark {

namespace {

using errors::Kind;
using enum GrantReaction;

constexpr std::string_view k_credentials =
    "check app_id, the app secret and the brand";
constexpr std::string_view k_login =
    "the person must consent again: lark-admin token login";
constexpr std::string_view k_settings =
    "check the app's redirect URLs and permissions in the developer console";
constexpr std::string_view k_admin =
    "an administrator must enable the app for the tenant and the person";
constexpr std::string_view k_switch =
    "switch 'refresh user_access_token' on in the app's security settings, "
    "then release a version";
constexpr std::string_view k_person =
    "the person has left or is suspended: remove the token";
constexpr std::string_view k_route = "check base_url, accounts_url, the proxy";
constexpr std::string_view k_none;

constexpr std::array k_rows = std::to_array<GrantCodeRow>({
    {10003, give_up, GrantFault::config, Kind::denied, k_credentials},
    {10005, give_up, GrantFault::config, Kind::denied, k_credentials},
    {10014, give_up, GrantFault::config, Kind::denied, k_credentials},
    {10015, give_up, GrantFault::config, Kind::denied, k_credentials},
    {20001, give_up, GrantFault::bug, Kind::bug, k_none},
    {20002, give_up, GrantFault::config, Kind::denied, k_credentials},
    {20003, give_up, GrantFault::login, Kind::denied, k_login},
    {20004, give_up, GrantFault::login, Kind::denied, k_login},
    {20008, give_up, GrantFault::person, Kind::denied, k_person},
    {20009, give_up, GrantFault::admin, Kind::denied, k_admin},
    {20010, give_up, GrantFault::admin, Kind::denied, k_admin},
    {20024, give_up, GrantFault::config, Kind::denied,
     "the token was given to another app: check app_id"},
    {20026, give_up, GrantFault::login, Kind::denied, k_login},
    {20027, give_up, GrantFault::config, Kind::denied, k_settings},
    {20036, give_up, GrantFault::bug, Kind::bug, k_none},
    {20037, give_up, GrantFault::login, Kind::denied, k_login},
    {20048, give_up, GrantFault::config, Kind::denied, k_credentials},
    {20049, give_up, GrantFault::login, Kind::denied, k_login},
    {20050, retry, GrantFault::unavailable, Kind::unavailable, k_none},
    {20063, give_up, GrantFault::bug, Kind::bug, k_none},
    {20064, give_up, GrantFault::spent, Kind::denied, k_login},
    {20065, give_up, GrantFault::login, Kind::denied, k_login},
    {20066, give_up, GrantFault::person, Kind::denied, k_person},
    {20067, give_up, GrantFault::bug, Kind::bug, k_none},
    {20068, give_up, GrantFault::config, Kind::denied, k_settings},
    {20069, give_up, GrantFault::admin, Kind::denied, k_admin},
    {20070, give_up, GrantFault::bug, Kind::bug, k_none},
    {20071, give_up, GrantFault::config, Kind::denied, k_settings},
    {20072, retry, GrantFault::unavailable, Kind::unavailable, k_none},
    {20073, give_up, GrantFault::spent, Kind::denied, k_login},
    {20074, give_up, GrantFault::admin, Kind::denied, k_switch},
    {21000, give_up, GrantFault::admin, Kind::denied, k_admin},
    {21001, give_up, GrantFault::admin, Kind::denied, k_admin},
    {99991543, give_up, GrantFault::config, Kind::denied, k_credentials},
    {99991669, give_up, GrantFault::login, Kind::denied, k_login},
    {99991670, give_up, GrantFault::login, Kind::denied, k_login},
});

constexpr GrantVerdict unanswered(std::string_view hint = k_none) {
    return {unknown, GrantFault::unknown, Kind::unavailable, hint};
}

GrantVerdict judge_fault(http::Fault fault) {
    switch (fault) {
        case http::Fault::unresolved:
        case http::Fault::unconnected:
            return {retry, GrantFault::unavailable, Kind::unavailable, k_none};
        case http::Fault::tls:
            return {retry, GrantFault::unavailable, Kind::unavailable,
                    "check ca_file, the proxy and the machine's date"};
        case http::Fault::bad_request:
            return {give_up, GrantFault::config, Kind::config, k_route};
        default:
            return unanswered();
    }
}

GrantFault fault_of(Kind kind) {
    switch (kind) {
        case Kind::denied:
            return GrantFault::admin;
        case Kind::config:
            return GrantFault::config;
        case Kind::bug:
            return GrantFault::bug;
        default:
            return GrantFault::unavailable;
    }
}

// Codes that any API may answer, the gateway's above all.
GrantVerdict judge_common(const GrantAttempt& attempt) {
    const Verdict common =
        judge({attempt.fault, attempt.status, true, attempt.code});
    if (common.reaction == Reaction::retry) {
        return unanswered();
    }
    if (common.reaction == Reaction::rate_limited) {
        return {rate_limited, GrantFault::unavailable, Kind::unavailable,
                common.hint};
    }
    return {give_up, fault_of(common.kind), common.kind, common.hint};
}

// RFC 6749, section 5.2, where no code is known that says more.
std::optional<GrantVerdict> judge_word(std::string_view word) {
    if (word == "invalid_grant") {
        return GrantVerdict{give_up, GrantFault::login, Kind::denied, k_login};
    }
    if (word == "invalid_client" || word == "unauthorized_client") {
        return GrantVerdict{give_up, GrantFault::config, Kind::denied,
                            k_credentials};
    }
    return std::nullopt;
}

}  // namespace

std::span<const GrantCodeRow> grant_code_rows() {
    return k_rows;
}

GrantVerdict judge_grant(const GrantAttempt& attempt) {
    if (attempt.fault != http::Fault::none) {
        return judge_fault(attempt.fault);
    }
    if (attempt.granted) {
        return {accept, GrantFault::bug, Kind::bug, k_none};
    }
    const auto* const row = std::find_if(
        k_rows.begin(), k_rows.end(),
        [&](const auto& each) { return each.code == attempt.code; });
    if (row != k_rows.end()) {
        return {row->reaction, row->fault, row->kind, row->hint};
    }
    if (attempt.status < 500) {
        if (const auto verdict = judge_word(attempt.error)) {
            return *verdict;
        }
    }
    return attempt.code == 0 && attempt.status != 429 ? unanswered(k_route)
                                                      : judge_common(attempt);
}

}  // namespace lark_batch::lark
