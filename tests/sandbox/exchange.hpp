#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// One HTTP request and its answer, free of any HTTP library.
namespace lark_batch::sandbox {

struct Parameter {
    std::string name;
    std::string value;
};

// Splits `a=b&c=d`, percent-decodes each part exactly once and turns `+` into
// a space, so that a client that forgets to encode a `+` is found out.
std::vector<Parameter> parse_query(std::string_view text);
// For path segments: `+` stays.
std::string percent_decode(std::string_view text);

struct Request {
    std::string method;
    std::string path;  // as sent
    std::string raw_query;
    std::vector<Parameter> query;
    std::string authorization;
    std::string content_type;
    std::string user_agent;
    std::string body;
    std::string log_id;
    std::int64_t arrived_ns = 0;  // steady clock

    // The first value, or null.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> all(
        std::string_view name) const;
};

enum class Content { json, text, html };

// How the answer travels; everything but `whole` is a scripted fault.
enum class Delivery {
    whole,
    drip,      // a few bytes at a time
    truncate,  // half of the announced length, then the end
    reset,     // RST instead of an answer
    huge,      // the body followed by `bytes` of padding, 0 = endless
};

struct Reply {
    int status = 200;
    std::shared_ptr<const std::string> body;
    Content content = Content::json;
    std::vector<std::pair<std::string, std::string>> headers;
    Delivery delivery = Delivery::whole;
    int delay_ms = 0;
    std::uint64_t bytes = 0;  // for huge
};

Reply json_reply(std::string body, int status = 200);
// `{"code":..,"msg":".."}`; gateway_error adds the `error` object with the
// log id, whose further members may be given as JSON.
Reply api_error(int status, int code, std::string_view message);
Reply gateway_error(const Request& request, int status, int code,
                    std::string_view message, std::string_view details = "");
Reply field_error(const Request& request, std::string_view field,
                  std::string_view value, std::string_view description);

}  // namespace lark_batch::sandbox
