#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lark_batch::sandbox {

enum class Api : std::uint8_t {
    tenant_token,
    app_token,
    scopes,
    department,
    department_batch,
    department_children,
    department_list,
    find_by_department,
    user,
    user_batch,
    user_list,
    bot_info,
    tenant,
    application,
    oauth_token,
    user_info,
    message,
    webhook,
};

// Which credentials open an endpoint.
enum class Access { nothing, tenant, tenant_or_user, user };

struct Route {
    Api api;
    std::string_view method;
    // `:name` stands for one path segment; also the name of the API in
    // statistics and fault rules.
    std::string_view pattern;
    Access access;
    // What the app needs (99991672 when denied); empty = nothing.
    std::string_view permission;
};

struct Match {
    const Route* route = nullptr;  // null: 404 page not found
    std::string parameter;         // the decoded `:name` segment
};

Match find_route(std::string_view method, std::string_view path);
// True when `text` is the pattern of some route.
bool is_pattern(std::string_view text);

}  // namespace lark_batch::sandbox
