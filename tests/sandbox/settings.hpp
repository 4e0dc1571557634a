#pragma once

#include <string>

namespace lark_batch::sandbox {

// Everything `POST /_sandbox/settings` can switch while the server runs; the
// JSON keys are the member names. README.md says what each means.
struct Settings {
    int latency_ms = 0;
    int rate_per_second = 0;
    int rate_per_minute = 0;
    int rate_limit_status = 429;
    bool rate_limit_headers = true;
    bool record_requests = true;

    int token_seconds = 7200;
    int token_reuse_seconds = 1800;
    int secret_error_status = 200;
    int long_tokens = 0;
    int user_token_error_status = 400;

    bool big_department_refused = false;
    int big_department_size = 0;
    int vanished_department_code = 0;
    bool omit_empty_items = false;

    bool oauth_code_as_string = false;
    int user_token_seconds = 7200;
    int refresh_seconds = 604800;
    int refresh_reuse_code = 20064;
    int refresh_grace_seconds = 60;
    bool refresh_allowed = true;

    int activate_status = 2;
    int application_status = 1;
    int message_in_flight = 0;
    std::string webhook_secret;
    std::string webhook_keyword;
    bool webhook_ip_denied = false;
    bool webhook_limits = true;
    int user_info_code = 0;
};

}  // namespace lark_batch::sandbox
