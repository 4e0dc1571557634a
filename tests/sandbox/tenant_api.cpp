#include <fmt/format.h>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/json_writer.hpp"

namespace lark_batch::sandbox {

namespace {

std::string scope_list(const App& app) {
    std::string text;
    JsonWriter json(text);
    json.open('[');
    for (const std::string& scope : app.granted_scopes) {
        json.open('{').field("scope", scope);
        json.field("description", "a permission");
        json.field("level", 1);
        json.close('}');
    }
    json.close(']');
    return text;
}

}  // namespace

Reply bot_info(World& world, const Call& call) {
    return json_reply(fmt::format(
        R"({{"code":0,"msg":"ok","bot":{{"activate_status":{},)"
        R"("app_name":"directory-sync",)"
        R"("avatar_url":"https://s1.example.com/b.png","ip_white_list":[],)"
        R"("open_id":"{}"}}}})",
        world.settings.activate_status,
        world.company.ids().open_id(call.caller.app->position, 0xfffff)));
}

Reply query_tenant(World& world, const Call& call) {
    static_cast<void>(world);
    static_cast<void>(call);
    return json_reply(
        R"({"code":0,"msg":"success","data":{"tenant":{"name":"Example Ltd",)"
        R"("display_id":"F123456789","tenant_tag":0,)"
        R"("tenant_key":"736588c9260f175e","avatar":{)"
        R"("avatar_origin":"https://s1.example.com/o.png",)"
        R"("avatar_72":"https://s1.example.com/72.png",)"
        R"("avatar_240":"https://s1.example.com/240.png",)"
        R"("avatar_640":"https://s1.example.com/640.png"},)"
        R"("domain":"example.feishu.cn"}}})");
}

Reply get_application(World& world, const Call& call) {
    const App& app = *call.caller.app;
    if (call.parameter != app.id && call.parameter != "me") {
        throw Refusal{api_error(400, 210504, "no permission to get app")};
    }
    return json_reply(fmt::format(
        R"({{"code":0,"msg":"success","data":{{"app":{{"app_id":"{}",)"
        R"("creator_id":"{}","status":{},"scene_type":0,)"
        R"("redirect_urls":["https://ops.example.com/cb"],)"
        R"("online_version_id":"oav_d317f090b7258ad0372aa53963cda70d",)"
        R"("unaudit_version_id":"","app_name":"directory-sync",)"
        R"("avatar_url":"https://s1.example.com/a.png","description":"",)"
        R"("scopes":{},)"
        R"("back_home_url":"","i18n":[{{"i18n_key":"zh_cn",)"
        R"("name":"通讯录同步","description":"","help_use":""}}],)"
        R"("primary_language":"zh_cn","common_categories":["Other"]}}}}}})",
        app.id, world.company.ids().open_id(app.position, 0),
        world.settings.application_status, scope_list(app)));
}

}  // namespace lark_batch::sandbox
