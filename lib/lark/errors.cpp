#include "lib/lark/errors.hpp"

#include <algorithm>
#include <array>

namespace lark_batch::lark {

namespace {

using errors::Kind;
using enum Reaction;

constexpr std::string_view k_credentials =
    "check app_id, the app secret and the brand; the app must be released "
    "and enabled in the tenant";
constexpr std::string_view k_contact_scope =
    "give the app a contact scope that covers it, then release a version";
constexpr std::string_view k_admin =
    "an administrator must enable or authorise the app in the tenant";
constexpr std::string_view k_quota =
    "the monthly call quota of the tenant is used up: wait for the first of "
    "the month or change the plan";
constexpr std::string_view k_shared_limit =
    "other programs that use the same app share its limits; lower "
    "rate_per_second and rate_per_minute";
constexpr std::string_view k_ids =
    "ids of another app or tenant were used: check app_id and brand";
constexpr std::string_view k_audit =
    "the tenant's audit of messages refused the text: leave out what it names";
constexpr std::string_view k_user_token =
    "the person's access token has ended: refresh it";
constexpr std::string_view k_person =
    "the person has left, is suspended or was never registered";
constexpr std::string_view k_none;

// 10014 is documented as "app disabled" and answered for a wrong app id and
// a wrong secret alike, so the three share one hint.
constexpr std::array k_rows = std::to_array<CodeRow>({
    {1500, 1500, retry, Kind::unavailable, k_none},
    {1642, 1642, retry, Kind::unavailable, k_none},
    {1663, 1663, retry, Kind::unavailable, k_none},
    {1668, 1668, retry, Kind::unavailable, k_none},
    {2200, 2200, retry, Kind::unavailable, k_none},
    {5000, 5000, rate_limited, Kind::unavailable, k_shared_limit},
    {10003, 10003, give_up, Kind::denied, k_credentials},
    {10005, 10005, give_up, Kind::denied, k_credentials},
    {10012, 10016, give_up, Kind::denied, k_credentials},
    {10101, 10101, retry, Kind::unavailable, k_none},
    {10500, 10500, retry, Kind::unavailable, k_none},
    {11232, 11233, rate_limited, Kind::unavailable, k_shared_limit},
    {11247, 11247, rate_limited, Kind::unavailable, k_shared_limit},
    {18121, 18121, retry, Kind::unavailable, k_none},
    {20005, 20005, give_up, Kind::denied, k_user_token},
    {20008, 20008, give_up, Kind::denied, k_person},
    {20021, 20023, give_up, Kind::denied, k_person},
    {20050, 20050, retry, Kind::unavailable, k_none},
    {40001, 40002, give_up, Kind::bug, k_none},
    {40003, 40003, retry, Kind::unavailable, k_none},
    {40004, 40004, give_up, Kind::denied, k_contact_scope},
    {40008, 40008, give_up, Kind::failed, k_none},
    {40009, 40011, give_up, Kind::bug, k_none},
    {40012, 40012, restart_pages, Kind::unavailable, k_none},
    {40013, 40013, give_up, Kind::bug, k_none},
    {40014, 40014, give_up, Kind::denied, k_contact_scope},
    {40015, 40015, give_up, Kind::failed, k_none},
    {40021, 40021, restart_pages, Kind::unavailable, k_none},
    {40161, 40162, give_up, Kind::failed, k_none},
    {41050, 41050, give_up, Kind::denied, k_contact_scope},
    {41051, 41051, give_up, Kind::bug, k_none},
    {42008, 42008, give_up, Kind::denied, k_admin},
    {43007, 43013, give_up, Kind::failed, k_none},
    {45500, 45500, retry, Kind::unavailable, k_none},
    {55001, 55001, rate_limited, Kind::unavailable, k_shared_limit},
    {96001, 96001, retry, Kind::unavailable, k_none},
    {105001, 105001, retry, Kind::unavailable, k_none},
    {190003, 190003, retry, Kind::unavailable, k_none},
    {190005, 190005, rate_limited, Kind::unavailable, k_shared_limit},
    {230001, 230001, give_up, Kind::bug, k_none},
    {230002, 230002, give_up, Kind::denied, "add the app's bot to the chat"},
    {230006, 230006, give_up, Kind::denied,
     "switch the app's bot ability on, then release a version"},
    {230013, 230013, give_up, Kind::denied,
     "make the app available to the person, then release a version"},
    {230018, 230018, give_up, Kind::denied,
     "the settings of the chat must let the bot speak"},
    {230020, 230020, rate_limited, Kind::unavailable, k_shared_limit},
    {230022, 230022, give_up, Kind::failed, k_audit},
    {230025, 230025, give_up, Kind::failed,
     "a card has at most 30 KB, a text 150 KB: shorten the message"},
    {230027, 230027, give_up, Kind::denied,
     "grant the app im:message:send_as_bot, then release a version; chats "
     "with people from outside need an authorisation of their own"},
    {230028, 230028, give_up, Kind::failed, k_audit},
    {230029, 230029, give_up, Kind::failed,
     "the person has resigned: choose another receiver"},
    {230034, 230034, give_up, Kind::failed,
     "check the receiver: open_ids differ from app to app"},
    {230035, 230035, give_up, Kind::denied,
     "the bot is muted or blocked there, or by the tenant's policy"},
    {230049, 230049, retry, Kind::unavailable, k_none},
    {230053, 230053, give_up, Kind::denied,
     "the person has stopped this bot's messages: choose another receiver"},
    {230099, 230099, give_up, Kind::failed, "check the card's template"},
    {232009, 232009, give_up, Kind::failed,
     "the chat was dissolved: choose another receiver"},
    {1000004, 1000005, rate_limited, Kind::unavailable, k_shared_limit},
    {1050008, 1050008, retry, Kind::unavailable, k_none},
    {99991201, 99991201, give_up, Kind::config, "check base_url"},
    {99991300, 99991301, give_up, Kind::bug, k_none},
    {99991400, 99991400, rate_limited, Kind::unavailable, k_shared_limit},
    {99991401, 99991401, give_up, Kind::denied,
     "add this machine's public address to the app's IP allow-list"},
    {99991403, 99991403, give_up, Kind::unavailable, k_quota},
    {99991406, 99991406, give_up, Kind::unavailable, k_quota},
    {99991543, 99991543, give_up, Kind::denied, k_credentials},
    {99991661, 99991661, give_up, Kind::bug, k_none},
    {99991662, 99991662, give_up, Kind::denied, k_admin},
    {99991663, 99991664, renew_token, Kind::denied, k_credentials},
    {99991665, 99991665, give_up, Kind::denied, k_admin},
    {99991668, 99991668, give_up, Kind::denied, k_user_token},
    {99991671, 99991671, renew_token, Kind::denied, k_credentials},
    {99991672, 99991672, give_up, Kind::denied,
     "grant the app one of the scopes, then release a version"},
    {99991673, 99991676, give_up, Kind::denied, k_admin},
    {99991677, 99991677, give_up, Kind::denied, k_user_token},
    {99991679, 99991679, give_up, Kind::denied, k_admin},
    {99992351, 99992364, give_up, Kind::config, k_ids},
    {99992402, 99992402, give_up, Kind::bug, k_none},
});

Verdict judge_fault(http::Fault fault) {
    switch (fault) {
        case http::Fault::tls:
            return {give_up, Kind::unavailable,
                    "check ca_file, the proxy and the machine's date"};
        case http::Fault::too_large:
            return {give_up, Kind::failed, k_none};
        case http::Fault::bad_request:
            return {give_up, Kind::config, "check base_url and the proxy"};
        default:
            return {retry, Kind::unavailable, k_none};
    }
}

// Without a code that we know, the status has to do.
Verdict judge_status(const Attempt& attempt) {
    const int status = attempt.status;
    if (status == 429) {
        return {rate_limited, Kind::unavailable, k_shared_limit};
    }
    if (status >= 500 || status == 408) {
        return {retry, Kind::unavailable, k_none};
    }
    // Behind the token endpoint any other status is a gateway's trouble.
    if (attempt.for_token && status >= 300) {
        return {retry, Kind::unavailable, "check base_url and the proxy"};
    }
    if (status == 401 || status == 403) {
        return {give_up, Kind::denied, k_none};
    }
    if (!attempt.valid && status >= 300) {
        return {give_up, Kind::config, "check base_url and the proxy"};
    }
    // Cut off in the middle, or a page of HTML where JSON was due.
    return attempt.valid ? Verdict{give_up, Kind::failed, k_none}
                         : Verdict{retry, Kind::unavailable, k_none};
}

}  // namespace

std::span<const CodeRow> code_rows() {
    return k_rows;
}

Verdict judge(const Attempt& attempt) {
    if (attempt.fault != http::Fault::none) {
        return judge_fault(attempt.fault);
    }
    if (!attempt.valid || (attempt.code == 0 && attempt.status >= 300)) {
        return judge_status(attempt);
    }
    if (attempt.code == 0) {
        return {accept, Kind::failed, k_none};
    }
    const auto* const row =
        std::find_if(k_rows.begin(), k_rows.end(), [&](const CodeRow& each) {
            return each.first <= attempt.code && attempt.code <= each.last;
        });
    return row == k_rows.end() ? judge_status(attempt)
                               : Verdict{row->reaction, row->kind, row->hint};
}

}  // namespace lark_batch::lark
