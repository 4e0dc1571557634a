#include "tests/sandbox/apis.hpp"

#include <array>

namespace lark_batch::sandbox {

Handler handler_of(Api api) {
    // In the order of the enumeration.
    static constexpr std::array<Handler, 18> k_handlers = {
        tenant_token,     app_token,          list_scopes,
        get_department,   batch_departments,  list_children,
        list_departments, find_by_department, get_user,
        batch_users,      list_users,         bot_info,
        query_tenant,     get_application,    oauth_token,
        user_info,        send_message,       post_to_hook};
    return k_handlers[static_cast<std::size_t>(api)];
}

}  // namespace lark_batch::sandbox
