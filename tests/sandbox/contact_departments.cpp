#include <algorithm>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/contact.hpp"

namespace lark_batch::sandbox {
namespace {

// The vendor refuses to walk big trees (43010); which ones is a setting.
void check_size(const World& world, std::size_t subtree) {
    const Settings& settings = world.settings;
    if (settings.big_department_refused &&
        subtree >= static_cast<std::size_t>(settings.big_department_size)) {
        throw Refusal{api_error(400, 43010, "big dept forbid recursion error")};
    }
}

// With a user token at most 1000 departments come back.
constexpr std::size_t k_user_token_limit = 1000;

Reply list_below(World& world, const Call& call, Api api, const View& view,
                 Index parent) {
    Listing listing;
    listing.owner = parent;
    listing.fetch_child = read_flag(call, "fetch_child");
    listing.page_size = read_page_size(call, 10, 50);
    listing.render = render_department;
    const bool by_user = call.caller.token->kind == TokenKind::user;
    listing.cacheable = !by_user;
    if (!listing.fetch_child) {
        return answer_listing(world, call, api, view, listing,
                              world.company.department(parent).children);
    }
    auto& subtrees = world.subtrees;
    auto found = subtrees.find(parent);
    if (found == subtrees.end()) {
        found = subtrees.emplace(parent, world.company.subtree(parent)).first;
    }
    check_size(world, found->second.size());
    std::vector<Index> capped;
    if (by_user && found->second.size() > k_user_token_limit) {
        capped.assign(found->second.begin(),
                      found->second.begin() + k_user_token_limit);
    }
    return answer_listing(world, call, api, view, listing,
                          capped.empty() ? found->second : capped);
}

}  // namespace

Reply list_children(World& world, const Call& call) {
    const View view = read_view(call);
    const Index parent =
        read_department(world, call, view, "department_id", call.parameter);
    return list_below(world, call, Api::department_children, view, parent);
}

Reply list_departments(World& world, const Call& call) {
    const View view = read_view(call);
    const Scope& scope = call.caller.app->scope;
    const std::string* const id = call.request.find("parent_department_id");
    if (id == nullptr && !scope.all) {
        Listing listing;
        listing.cacheable = false;
        listing.page_size = read_page_size(call, 10, 50);
        listing.render = render_department;
        return answer_listing(world, call, Api::department_list, view, listing,
                              scope.departments);
    }
    const Index parent = read_department(
        world, call, view, "parent_department_id", id ? *id : "0");
    return list_below(world, call, Api::department_list, view, parent);
}

Reply get_department(World& world, const Call& call) {
    const View view = read_view(call);
    const Index at =
        read_department(world, call, view, "department_id", call.parameter);
    if (at == k_root) {
        throw Refusal{api_error(400, 40002, "root dept not support error")};
    }
    return answer_one(world, view, render_department, "department", at);
}

Reply batch_departments(World& world, const Call& call) {
    const View view = read_view(call);
    std::vector<Index> found;
    for (const std::string_view id : read_ids(call, "department_ids")) {
        const auto at = world.company.ids().department(view.department_ids, id);
        if (at && *at != k_root && world.company.has_department(*at) &&
            sees_department(world.company, call.caller.app->scope, *at)) {
            found.push_back(*at);
        }
    }
    return answer_items(world, view, render_department, found);
}

}  // namespace lark_batch::sandbox
