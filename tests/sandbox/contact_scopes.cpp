#include <algorithm>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/contact.hpp"
#include "tests/sandbox/hashing.hpp"
#include "tests/sandbox/page_token.hpp"

namespace lark_batch::sandbox {
namespace {

// One page is a window over departments, then users, then groups.
struct Lists {
    const std::vector<Index>& departments;
    const std::vector<Index>& users;
    const std::vector<std::string>& groups;
    std::size_t from;
    std::size_t to;
};

template <typename List, typename Render>
void write_part(JsonWriter& json, std::string_view name, const List& list,
                std::size_t offset, const Lists& window, const Render& render) {
    json.key(name).open('[');
    for (std::size_t at = 0; at < list.size(); ++at) {
        if (offset + at >= window.from && offset + at < window.to) {
            render(list[at]);
        }
    }
    json.close(']');
}

std::string scopes_body(const Company& company, const View& view,
                        const Lists& lists, const Chain& chain) {
    std::string body = R"({"code":0,"msg":"success","data":{)";
    JsonWriter json(body);
    std::size_t offset = 0;
    write_part(
        json, "department_ids", lists.departments, offset, lists,
        [&](Index at) { render_department_id(json, company, view, at); });
    offset += lists.departments.size();
    write_part(json, "user_ids", lists.users, offset, lists,
               [&](Index at) { render_user_id(json, company, view, at); });
    offset += lists.users.size();
    write_part(json, "group_ids", lists.groups, offset, lists,
               [&](const std::string& group) { json.text(group); });
    json.key("has_more").boolean(chain.more);
    if (!chain.token.empty()) {
        json.field("page_token", chain.token);
    }
    json.close('}').close('}');
    return body;
}

}  // namespace

Reply list_scopes(World& world, const Call& call) {
    const View view = read_view(call);
    const unsigned size = read_page_size(call, 50, 100);
    const Scope& scope = call.caller.app->scope;
    const Department& root = world.company.department(k_root);
    Lists lists{scope.all ? root.children : scope.departments,
                scope.all ? root.members : scope.users, scope.groups, 0, 0};
    const std::size_t total =
        lists.departments.size() + lists.users.size() + lists.groups.size();
    const std::uint64_t binding =
        mix(mix(mix(world.company.seed(), "scopes"), size), view.shape());
    const std::uint32_t position = read_position(call, binding);
    lists.from = std::min<std::size_t>(position, total);
    lists.to = std::min<std::size_t>(lists.from + size, total);
    Chain chain{lists.to < total, "", false};
    if (chain.more) {
        chain.token =
            make_page_token(binding, static_cast<std::uint32_t>(lists.to));
    }
    if (damages_chain(call.fault)) {
        chain = damaged(call, std::move(chain), binding, position);
        lists.to = chain.empty ? lists.from : lists.to;
    }
    return json_reply(scopes_body(world.company, view, lists, chain));
}

}  // namespace lark_batch::sandbox
