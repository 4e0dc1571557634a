#pragma once

#include "tests/sandbox/world.hpp"

namespace lark_batch::sandbox {

using Handler = Reply (*)(World& world, const Call& call);

Handler handler_of(Api api);

// auth_api.cpp
Reply tenant_token(World& world, const Call& call);
Reply app_token(World& world, const Call& call);

// contact_departments.cpp
Reply get_department(World& world, const Call& call);
Reply batch_departments(World& world, const Call& call);
Reply list_children(World& world, const Call& call);
Reply list_departments(World& world, const Call& call);

// contact_users.cpp
Reply find_by_department(World& world, const Call& call);
Reply get_user(World& world, const Call& call);
Reply batch_users(World& world, const Call& call);
Reply list_users(World& world, const Call& call);

// contact_scopes.cpp
Reply list_scopes(World& world, const Call& call);

// tenant_api.cpp
Reply bot_info(World& world, const Call& call);
Reply query_tenant(World& world, const Call& call);
Reply get_application(World& world, const Call& call);

// oauth_api.cpp
// The flat form of this endpoint's errors.
Reply oauth_error(const World& world, int status, int code,
                  std::string_view error, std::string_view description);
Reply oauth_token(World& world, const Call& call);
Reply user_info(World& world, const Call& call);

// messages_api.cpp and webhook_api.cpp
Reply send_message(World& world, const Call& call);
Reply post_to_hook(World& world, const Call& call);

}  // namespace lark_batch::sandbox
