#include "tests/sandbox/exchange.hpp"

#include <algorithm>

#include "tests/sandbox/json_writer.hpp"

namespace lark_batch::sandbox {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string decode(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const int high = at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
        if (c == '%' && low >= 0) {
            out += static_cast<char>(high * 16 + low);
            at += 2;
        } else {
            out += c == '+' && plus_is_space ? ' ' : c;
        }
    }
    return out;
}

}  // namespace

std::string percent_decode(std::string_view text) {
    return decode(text, false);
}

std::vector<Parameter> parse_query(std::string_view text) {
    std::vector<Parameter> found;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::size_t value = std::min(equals + 1, part.size());
        if (!part.empty()) {
            found.push_back({decode(part.substr(0, equals), true),
                             decode(part.substr(value), true)});
        }
    }
    return found;
}

const std::string* Request::find(std::string_view name) const {
    for (const Parameter& one : query) {
        if (one.name == name) {
            return &one.value;
        }
    }
    return nullptr;
}

std::vector<std::string_view> Request::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Parameter& one : query) {
        if (one.name == name) {
            values.emplace_back(one.value);
        }
    }
    return values;
}

Reply json_reply(std::string body, int status) {
    Reply reply;
    reply.status = status;
    reply.body = std::make_shared<const std::string>(std::move(body));
    return reply;
}

Reply api_error(int status, int code, std::string_view message) {
    std::string body;
    JsonWriter json(body);
    json.open('{').field("code", code);
    json.field("msg", message);
    json.close('}');
    return json_reply(std::move(body), status);
}

Reply gateway_error(const Request& request, int status, int code,
                    std::string_view message, std::string_view details) {
    std::string body;
    JsonWriter json(body);
    json.open('{').field("code", code);
    json.field("msg", message);
    json.key("error").open('{').field("log_id", request.log_id);
    json.field("troubleshooter",
               "https://open.feishu.cn/search?from=openapi&log_id=" +
                   request.log_id + "&code=" + std::to_string(code));
    if (!details.empty()) {
        json.raw(details);
    }
    json.close('}').close('}');
    return json_reply(std::move(body), status);
}

Reply field_error(const Request& request, std::string_view field,
                  std::string_view value, std::string_view description) {
    std::string details = "\"field_violations\":";
    JsonWriter json(details);
    json.open('[').open('{').field("field", field);
    json.field("value", value);
    json.field("description", description);
    json.close('}').close(']');
    return gateway_error(request, 400, 99992402, "field validation failed",
                         details);
}

}  // namespace lark_batch::sandbox
