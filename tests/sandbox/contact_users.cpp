#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/contact.hpp"

namespace lark_batch::sandbox {
namespace {

void render_listed(JsonWriter& json, const Company& company, const View& view,
                   Index person) {
    render_user(json, company, view, person, UserShape::listed);
}

void render_single(JsonWriter& json, const Company& company, const View& view,
                   Index person) {
    render_user(json, company, view, person, UserShape::single);
}

void render_with_path(JsonWriter& json, const Company& company,
                      const View& view, Index person) {
    render_user(json, company, view, person, UserShape::single_path);
}

Reply list_members(World& world, const Call& call, Api api, const View& view,
                   const std::string& id, unsigned most) {
    Listing listing;
    listing.owner = read_department(world, call, view, "department_id", id);
    listing.page_size = read_page_size(call, 10, most);
    listing.render = render_listed;
    return answer_listing(world, call, api, view, listing,
                          world.company.department(listing.owner).members);
}

// An open_id that another app would accept has an error code of its own.
void refuse_foreign_ids(const World& world, const Call& call, const View& view,
                        std::string_view id) {
    for (const App& app : world.apps.all()) {
        if (view.user_ids == UserIdType::open_id && app.position != view.app &&
            world.company.ids().user(view.user_ids, app.position, id)) {
            throw Refusal{gateway_error(call.request, 400, 99992361,
                                        "open_id cross app")};
        }
    }
}

}  // namespace

Reply find_by_department(World& world, const Call& call) {
    const View view = read_view(call);
    const std::string* const id = call.request.find("department_id");
    if (id == nullptr) {
        throw Refusal{field_error(call.request, "department_id", "",
                                  "department_id is required")};
    }
    return list_members(world, call, Api::find_by_department, view, *id, 50);
}

Reply list_users(World& world, const Call& call) {
    const View view = read_view(call);
    if (const auto* id = call.request.find("department_id")) {
        return list_members(world, call, Api::user_list, view, *id, 100);
    }
    const Scope& scope = call.caller.app->scope;
    Listing listing;
    listing.cacheable = false;
    listing.page_size = read_page_size(call, 10, 100);
    listing.render = render_listed;
    return answer_listing(
        world, call, Api::user_list, view, listing,
        scope.all ? world.company.department(k_root).members : scope.users);
}

Reply batch_users(World& world, const Call& call) {
    const View view = read_view(call);
    std::vector<Index> found;
    for (const std::string_view id : read_ids(call, "user_ids")) {
        const auto at = world.company.ids().user(view.user_ids, view.app, id);
        if (!at) {
            refuse_foreign_ids(world, call, view, id);
        } else if (world.company.has_person(*at) &&
                   sees_person(world.company, call.caller.app->scope, *at)) {
            found.push_back(*at);
        }
    }
    return answer_items(world, view, render_listed, found);
}

Reply get_user(World& world, const Call& call) {
    const View view = read_view(call);
    const auto at =
        world.company.ids().user(view.user_ids, view.app, call.parameter);
    if (!at || !world.company.has_person(*at)) {
        refuse_foreign_ids(world, call, view, call.parameter);
        throw Refusal{api_error(400, 41012, "user id invalid error")};
    }
    if (!sees_person(world.company, call.caller.app->scope, *at)) {
        throw Refusal{api_error(400, 41050, "no user authority error")};
    }
    const bool by_user = call.caller.token->kind == TokenKind::user;
    return answer_one(world, view, by_user ? render_with_path : render_single,
                      "user", *at);
}

}  // namespace lark_batch::sandbox
