#include <algorithm>
#include <array>

#include "tests/sandbox/apis.hpp"
#include "tests/sandbox/body.hpp"
#include "tests/sandbox/json_writer.hpp"

namespace lark_batch::sandbox {
namespace {

constexpr std::size_t k_longest_text = 150 * 1024;
constexpr std::size_t k_longest_card = 30 * 1024;
constexpr std::int64_t k_uuid_life = 3600;

[[noreturn]] void refuse(int code, std::string_view message) {
    throw Refusal{api_error(400, code, message)};
}

std::string read_receiver_type(const Request& request) {
    static constexpr std::array<std::string_view, 5> k_types = {
        "open_id", "union_id", "user_id", "email", "chat_id"};
    const std::string* const type = request.find("receive_id_type");
    if (type == nullptr ||
        std::find(k_types.begin(), k_types.end(), *type) == k_types.end()) {
        throw Refusal{field_error(request, "receive_id_type",
                                  type == nullptr ? "" : *type,
                                  "receive_id_type is required, options: "
                                  "[open_id,union_id,user_id,email,"
                                  "chat_id]")};
    }
    return *type;
}

void check_person(const World& world, const App& app, UserIdType type,
                  const std::string& id) {
    const auto at = world.company.ids().user(type, app.position, id);
    if (!at || !world.company.has_person(*at)) {
        refuse(230034, "The receive_id is invalid.");
    }
    if (world.company.person(*at).resigned) {
        refuse(230029, "The user has resigned.");
    }
    if (!sees_person(world.company, app.scope, *at)) {
        refuse(230013, "Bot has NO availability to this user.");
    }
}

// A chat named `oc_foreign...` is one that the bot is not a member of.
void check_receiver(const World& world, const App& app, const std::string& type,
                    const std::string& id) {
    if (type == "chat_id") {
        if (!id.starts_with("oc_")) {
            refuse(230034, "The receive_id is invalid.");
        }
        if (id.starts_with("oc_foreign")) {
            refuse(230002, "Bot/User can NOT be out of the chat.");
        }
    } else if (type == "email") {
        if (id.find('@') == std::string::npos) {
            refuse(230034, "The receive_id is invalid.");
        }
    } else {
        check_person(world, app,
                     type == "open_id"    ? UserIdType::open_id
                     : type == "union_id" ? UserIdType::union_id
                                          : UserIdType::user_id,
                     id);
    }
}

// `content` is a string that holds JSON; an object in its place is the
// mistake that is made most often.
void check_content(const Body& body) {
    const std::string* const type = body.text("msg_type");
    const std::string* const content = body.text("content");
    if (type == nullptr || content == nullptr || !is_json(*content)) {
        refuse(230001,
               "Your request contains an invalid request parameter, "
               "ext=content is not a string in json format");
    }
    const std::size_t most = *type == "text" ? k_longest_text : k_longest_card;
    if (content->size() > most) {
        refuse(230025, "The length of the message content reaches its limit");
    }
}

std::string message_body(World& world, const App& app, const Body& body,
                         const std::string& type) {
    const auto number = static_cast<Index>(++world.messages_sent);
    const std::string now = std::to_string(world.clock.milliseconds());
    std::string id = "om_";
    world.company.ids().append_other(id, "message", number);
    std::string text;
    JsonWriter json(text);
    json.open('{').field("code", 0);
    json.field("msg", "success");
    json.key("data").open('{').field("message_id", id);
    for (const char* empty : {"root_id", "parent_id", "thread_id"}) {
        json.field(empty, "");
    }
    json.field("msg_type", body.text_or_empty("msg_type"));
    json.field("create_time", now);
    json.field("update_time", now);
    json.key("deleted").boolean(false);
    json.key("updated").boolean(false);
    json.field("chat_id", type == "chat_id"
                              ? body.text_or_empty("receive_id")
                              : "oc_5ce6d572455d361153b7cb51da133945");
    json.key("sender").open('{').field("id", app.id);
    json.field("id_type", "app_id");
    json.field("sender_type", "app");
    json.field("tenant_key", "736588c9260f175e");
    json.close('}').key("body").open('{');
    json.field("content", body.text_or_empty("content"));
    json.close('}').key("mentions").raw("[]");
    json.field("upper_message_id", "");
    json.close('}').close('}');
    return text;
}

}  // namespace

Reply send_message(World& world, const Call& call) {
    const App& app = *call.caller.app;
    const std::string type = read_receiver_type(call.request);
    const auto body = Body::parse(call.request.content_type, call.request.body);
    if (!body || body->text("receive_id") == nullptr) {
        refuse(230001,
               "Your request contains an invalid request parameter, "
               "ext=receive_id is required");
    }
    const std::string uuid = body->text_or_empty("uuid");
    if (uuid.size() > 50) {
        throw Refusal{
            field_error(call.request, "uuid", uuid, "the max len is 50")};
    }
    check_content(*body);
    check_receiver(world, app, type, body->text_or_empty("receive_id"));
    const std::int64_t now = world.clock.seconds();
    SentMessage& sent = world.messages[app.id + '/' + uuid];
    const bool repeat =
        !uuid.empty() && !sent.body.empty() && now - sent.sent < k_uuid_life;
    if (repeat && world.settings.message_in_flight > 0) {
        --world.settings.message_in_flight;
        refuse(230049, "The message is being sent.");
    }
    if (!repeat) {
        sent = {message_body(world, app, *body, type), now};
    }
    return json_reply(sent.body);
}

}  // namespace lark_batch::sandbox
