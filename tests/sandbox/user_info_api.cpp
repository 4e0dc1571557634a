#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/contact.hpp"

namespace lark_batch::sandbox {
namespace {

// Keys that user_info does not answer, though the contact object has them.
const std::vector<std::string> k_hidden = {"nickname",
                                           "mobile_visible",
                                           "gender",
                                           "status",
                                           "department_ids",
                                           "leader_user_id",
                                           "city",
                                           "country",
                                           "work_station",
                                           "join_time",
                                           "is_tenant_manager",
                                           "employee_type",
                                           "orders",
                                           "custom_attrs",
                                           "job_title",
                                           "geo",
                                           "job_level_id",
                                           "job_family_id",
                                           "avatar",
                                           "subscription_ids",
                                           "assign_info",
                                           "dotted_line_leader_user_ids"};

[[noreturn]] void refuse(int code, std::string_view message) {
    throw Refusal{api_error(200, code, message)};
}

Index person_of(const World& world, const Caller& caller) {
    const int forced = world.settings.user_info_code;
    if (forced != 0) {
        throw Refusal{
            api_error(forced == 20050 ? 500 : 200, forced, "user state error")};
    }
    const Token* const token = caller.token;
    if (token == nullptr || token->kind != TokenKind::user || token->revoked ||
        token->expires <= world.clock.seconds()) {
        refuse(20005, "The user access token passed is invalid.");
    }
    if (!world.company.has_person(token->person)) {
        refuse(20008, "User not exist");
    }
    if (world.company.person(token->person).resigned) {
        refuse(20021, "User resigned");
    }
    return token->person;
}

}  // namespace

Reply user_info(World& world, const Call& call) {
    const Index person = person_of(world, call.caller);
    View view;
    view.app = call.caller.app->position;
    view.hidden_user =
        call.caller.app->hidden_user | hidden_user_fields(k_hidden);
    std::string body = R"({"code":0,"msg":"success","data":)";
    JsonWriter json(body);
    render_user(json, world.company, view, person, UserShape::single);
    body.pop_back();
    for (const char* name :
         {"avatar_url", "avatar_thumb", "avatar_middle", "avatar_big"}) {
        json.field(name, "https://s1-imfile.example.com/v2/72.png");
    }
    json.field("tenant_key", "736588c9260f175e");
    json.close('}').close('}');
    return json_reply(std::move(body));
}

}  // namespace lark_batch::sandbox
