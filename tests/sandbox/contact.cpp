#include "tests/sandbox/contact.hpp"

#include <algorithm>
#include <charconv>

#include "tests/sandbox/hashing.hpp"
#include "tests/sandbox/page_token.hpp"

namespace lark_batch::sandbox {
namespace {

std::uint64_t binding_of(Api api, const View& view, const Listing& listing,
                         std::uint64_t seed) {
    const auto what = static_cast<std::uint64_t>(api) << 1U |
                      static_cast<std::uint64_t>(listing.fetch_child);
    return mix(mix(mix(mix(seed, what), listing.owner), listing.page_size),
               view.shape());
}

// The id with which the vendor answers for a department that is gone.
Reply vanished(const World& world, Api api) {
    int code = world.settings.vanished_department_code;
    if (code == 0) {
        code = api == Api::department            ? 40015
               : api == Api::department_children ? 40008
                                                 : 40004;
    }
    return code == 40004   ? api_error(403, code, "no dept authority error")
           : code == 40008 ? api_error(400, code, "dept info is null error")
                           : api_error(400, code, "department not exist error");
}

bool valid_id(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    };
    return !text.empty() && text.size() <= 64 && plain(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return plain(c) ||
                      std::string_view("_-@.").find(c) != std::string::npos;
           });
}

std::string page_body(World& world, const View& view, const Listing& listing,
                      const Chain& chain, const Index* first,
                      const Index* last) {
    std::string body;
    body.reserve(static_cast<std::size_t>(last - first) * 1700 + 200);
    JsonWriter json(body);
    json.open('{').field("code", 0);
    json.field("msg", "success");
    json.key("data").open('{').key("has_more").boolean(chain.more);
    if (!chain.token.empty()) {
        json.field("page_token", chain.token);
    }
    if (first != last || !world.settings.omit_empty_items) {
        json.key("items").open('[');
        for (; first != last; ++first) {
            listing.render(json, world.company, view, *first);
        }
        json.close(']');
    }
    json.close('}').close('}');
    return body;
}

}  // namespace

bool damages_chain(const FaultRule* fault) {
    return fault != nullptr && (fault->action.kind == FaultKind::empty_page ||
                                fault->action.kind == FaultKind::page_loop ||
                                fault->action.kind == FaultKind::short_chain);
}

View read_view(const Call& call) {
    View view;
    view.app = call.caller.app->position;
    view.hidden_user = call.caller.app->hidden_user;
    view.hidden_department = call.caller.app->hidden_department;
    if (const auto* type = call.request.find("user_id_type")) {
        if (*type != "open_id" && *type != "union_id" && *type != "user_id") {
            throw Refusal{field_error(
                call.request, "user_id_type", *type,
                "user_id_type is optional, options: [open_id,union_id,"
                "user_id]")};
        }
        view.user_ids = *type == "open_id"    ? UserIdType::open_id
                        : *type == "union_id" ? UserIdType::union_id
                                              : UserIdType::user_id;
    }
    if (const auto* type = call.request.find("department_id_type")) {
        if (*type != "open_department_id" && *type != "department_id") {
            throw Refusal{
                field_error(call.request, "department_id_type", *type,
                            "department_id_type is optional, options: "
                            "[department_id,open_department_id]")};
        }
        view.department_ids = *type == "department_id"
                                  ? DepartmentIdType::department_id
                                  : DepartmentIdType::open_department_id;
    }
    return view;
}

bool read_flag(const Call& call, std::string_view name) {
    const std::string* const text = call.request.find(name);
    if (text == nullptr || *text == "false") {
        return false;
    }
    if (*text != "true") {
        throw Refusal{field_error(call.request, name, *text,
                                  "the value should be a boolean")};
    }
    return true;
}

unsigned read_page_size(const Call& call, unsigned preset, unsigned most) {
    const std::string* const text = call.request.find("page_size");
    if (text == nullptr) {
        return preset;
    }
    unsigned value = 0;
    const char* const end = text->data() + text->size();
    const auto [at, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc{} || at != end || value == 0) {
        throw Refusal{field_error(call.request, "page_size", *text,
                                  "the min value is 1")};
    }
    if (value > most) {
        throw Refusal{field_error(call.request, "page_size", *text,
                                  "the max value is " + std::to_string(most))};
    }
    return value;
}

std::uint32_t read_position(const Call& call, std::uint64_t binding) {
    const std::string* const text = call.request.find("page_token");
    if (text == nullptr || text->empty()) {
        return 0;
    }
    const auto position = read_page_token(binding, *text);
    if (!position) {
        throw Refusal{api_error(400, 40012, "page token invalid error")};
    }
    return *position;
}

std::vector<std::string_view> read_ids(const Call& call,
                                       std::string_view name) {
    auto ids = call.request.all(name);
    if (ids.empty() || ids.size() > 50) {
        throw Refusal{field_error(
            call.request, name, std::to_string(ids.size()),
            ids.empty() ? "the field is required" : "the max len is 50")};
    }
    return ids;
}

Index read_department(World& world, const Call& call, const View& view,
                      std::string_view name, const std::string& text) {
    if (!valid_id(text)) {
        throw Refusal{field_error(call.request, name, text,
                                  "the value does not match the pattern")};
    }
    const auto at = world.company.ids().department(view.department_ids, text);
    if (!at || !world.company.has_department(*at)) {
        const Match match = find_route("GET", call.request.path);
        throw Refusal{vanished(world, match.route->api)};
    }
    if (!sees_department(world.company, call.caller.app->scope, *at)) {
        throw Refusal{api_error(403, 40004, "no dept authority error")};
    }
    return *at;
}

Chain damaged(const Call& call, Chain chain, std::uint64_t binding,
              std::uint32_t position) {
    const FaultRule& rule = *call.fault;
    const auto hits = static_cast<std::uint32_t>(rule.hits);
    const std::string* const sent = call.request.find("page_token");
    switch (rule.action.kind) {
        case FaultKind::empty_page:
            // Another text for the same place, new each time: only a client
            // that counts pages can end a chain of these.
            return {true, make_page_token(binding, position, hits), true};
        case FaultKind::page_loop:
            chain.token = sent != nullptr && !sent->empty() ? *sent
                          : chain.token.empty()
                              ? make_page_token(binding, position, hits)
                              : chain.token;
            chain.more = true;
            return chain;
        default:
            chain.more = !rule.action.drop;
            chain.token.clear();
            return chain;
    }
}

Reply answer_listing(World& world, const Call& call, Api api, const View& view,
                     const Listing& listing, const std::vector<Index>& items) {
    const auto binding = binding_of(api, view, listing, world.company.seed());
    const std::uint32_t position = read_position(call, binding);
    const PageKey key{static_cast<unsigned>(api) << 1U |
                          static_cast<unsigned>(listing.fetch_child),
                      listing.page_size, view.shape(), position};
    const bool plain = listing.cacheable && !damages_chain(call.fault);
    Reply reply;
    if (plain && (reply.body = world.pages.find(listing.owner, key))) {
        return reply;
    }
    const auto first = std::lower_bound(items.begin(), items.end(), position);
    const auto shown = static_cast<std::size_t>(first - items.begin());
    const std::size_t left = items.size() - shown;
    const std::size_t count = std::min<std::size_t>(left, listing.page_size);
    Chain chain;
    chain.more = left > count;
    if (chain.more) {
        chain.token = make_page_token(binding, items[shown + count - 1] + 1);
    }
    if (damages_chain(call.fault)) {
        chain = damaged(call, std::move(chain), binding, position);
    }
    const Index* const begin = items.data() + shown;
    reply = json_reply(page_body(world, view, listing, chain, begin,
                                 begin + (chain.empty ? 0 : count)));
    if (plain) {
        world.pages.store(listing.owner, key, reply.body);
    }
    return reply;
}

Reply answer_items(World& world, const View& view, RenderItem render,
                   const std::vector<Index>& items) {
    std::string body = R"({"code":0,"msg":"success","data":{"items":[)";
    JsonWriter json(body);
    for (const Index item : items) {
        render(json, world.company, view, item);
    }
    json.close(']').close('}').close('}');
    return json_reply(std::move(body));
}

Reply answer_one(World& world, const View& view, RenderItem render,
                 std::string_view name, Index item) {
    std::string body = R"({"code":0,"msg":"success","data":{)";
    JsonWriter json(body);
    json.key(name);
    render(json, world.company, view, item);
    json.close('}').close('}');
    return json_reply(std::move(body));
}

}  // namespace lark_batch::sandbox
