#include <algorithm>

#include "tests/sandbox/control_parts.hpp"
#include "tests/sandbox/render.hpp"

namespace lark_batch::sandbox {
namespace {

// From all staff, everything else stays visible: the other departments of
// the first level and the people directly under the root are ticked.
json drop_departments(World& world, Scope& scope, std::size_t count) {
    const Department& root = world.company.department(k_root);
    if (scope.all) {
        scope.all = false;
        scope.departments = root.children;
        scope.users = root.members;
    }
    json dropped = json::array();
    while (dropped.size() < count && !scope.departments.empty()) {
        dropped.push_back(
            world.company.ids().open_department_id(scope.departments.back()));
        scope.departments.pop_back();
    }
    return dropped;
}

std::vector<Index> sorted(std::vector<Index> list) {
    std::sort(list.begin(), list.end());
    return list;
}

}  // namespace

json set_scope(World& world, const json& body) {
    App& app = app_of(world, body);
    json dropped = json::array();
    if (body.contains("drop_departments")) {
        dropped = drop_departments(
            world, app.scope, body.at("drop_departments").get<std::size_t>());
    } else {
        const json none = json::array();
        Scope scope;
        scope.all = body.value("all", false);
        if (!scope.all) {
            scope.departments =
                sorted(departments_of(world, body.value("departments", none)));
            scope.users = sorted(people_of(world, body.value("users", none)));
            scope.groups =
                body.value("groups", none).get<std::vector<std::string>>();
        }
        app.scope = std::move(scope);
    }
    return {{"ok", true}, {"dropped", dropped}};
}

json set_permissions(World& world, const json& body) {
    App& app = app_of(world, body);
    using Names = std::vector<std::string>;
    if (body.contains("hide_user_fields")) {
        app.hidden_user =
            hidden_user_fields(body.at("hide_user_fields").get<Names>());
    }
    if (body.contains("hide_department_fields")) {
        app.hidden_department = hidden_department_fields(
            body.at("hide_department_fields").get<Names>());
    }
    if (body.contains("deny_api")) {
        app.denied = body.at("deny_api").get<Names>();
    }
    if (body.contains("secret")) {
        app.secret = body.at("secret").get<std::string>();
    }
    app.granted_scopes = body.value("granted_scopes", app.granted_scopes);
    app.disabled = body.value("disabled", app.disabled);
    world.pages.clear();
    return {{"ok", true}};
}

}  // namespace lark_batch::sandbox
