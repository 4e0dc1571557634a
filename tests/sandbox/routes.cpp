#include "tests/sandbox/routes.hpp"

#include <array>

#include "tests/sandbox/exchange.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::string_view k_contact = "contact:contact.base:readonly";

// A literal segment stands before a `:name` of the same place.
constexpr std::array<Route, 19> k_routes = {{
    {Api::find_by_department, "GET",
     "/open-apis/contact/v3/users/find_by_department", Access::tenant_or_user,
     k_contact},
    {Api::department_children, "GET",
     "/open-apis/contact/v3/departments/:department_id/children",
     Access::tenant_or_user, k_contact},
    {Api::department_batch, "GET", "/open-apis/contact/v3/departments/batch",
     Access::tenant_or_user, k_contact},
    {Api::department, "GET", "/open-apis/contact/v3/departments/:department_id",
     Access::tenant_or_user, k_contact},
    {Api::department_list, "GET", "/open-apis/contact/v3/departments",
     Access::tenant_or_user, k_contact},
    {Api::user_batch, "GET", "/open-apis/contact/v3/users/batch",
     Access::tenant_or_user, k_contact},
    {Api::user, "GET", "/open-apis/contact/v3/users/:user_id",
     Access::tenant_or_user, k_contact},
    {Api::user_list, "GET", "/open-apis/contact/v3/users",
     Access::tenant_or_user, k_contact},
    {Api::scopes, "GET", "/open-apis/contact/v3/scopes", Access::tenant,
     k_contact},
    {Api::tenant_token, "POST",
     "/open-apis/auth/v3/tenant_access_token/internal", Access::nothing, ""},
    {Api::app_token, "POST", "/open-apis/auth/v3/app_access_token/internal",
     Access::nothing, ""},
    {Api::bot_info, "GET", "/open-apis/bot/v3/info", Access::tenant, ""},
    {Api::tenant, "GET", "/open-apis/tenant/v2/tenant/query", Access::tenant,
     "tenant:tenant:readonly"},
    {Api::application, "GET", "/open-apis/application/v6/applications/:app_id",
     Access::tenant, "admin:app.info:readonly"},
    {Api::oauth_token, "POST", "/open-apis/authen/v2/oauth/token",
     Access::nothing, ""},
    {Api::oauth_token, "POST", "/oauth/v3/token", Access::nothing, ""},
    {Api::user_info, "GET", "/open-apis/authen/v1/user_info", Access::user, ""},
    {Api::message, "POST", "/open-apis/im/v1/messages", Access::tenant,
     "im:message"},
    {Api::webhook, "POST", "/open-apis/bot/v2/hook/:hook", Access::nothing, ""},
}};

std::string_view next_segment(std::string_view& rest) {
    const std::string_view segment = rest.substr(0, rest.find('/', 1));
    rest.remove_prefix(segment.size());
    return segment;
}

bool matches(std::string_view pattern, std::string_view path,
             std::string_view& parameter) {
    while (!pattern.empty() && !path.empty()) {
        const std::string_view want = next_segment(pattern);
        const std::string_view have = next_segment(path);
        if (want.starts_with("/:") && have.size() > 1) {
            parameter = have.substr(1);
        } else if (want != have) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

}  // namespace

Match find_route(std::string_view method, std::string_view path) {
    constexpr std::string_view k_slash = "_access_token/internal/";
    if (path.ends_with(k_slash)) {  // the live token endpoints accept both
        path.remove_suffix(1);
    }
    for (const Route& route : k_routes) {
        std::string_view parameter;
        if (route.method == method && matches(route.pattern, path, parameter)) {
            return {&route, percent_decode(parameter)};
        }
    }
    return {};
}

bool is_pattern(std::string_view text) {
    for (const Route& route : k_routes) {
        if (route.pattern == text) {
            return true;
        }
    }
    return false;
}

}  // namespace lark_batch::sandbox
