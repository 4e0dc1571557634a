#include "lib/lark/hook_answer.hpp"

#include <simdjson.h>

namespace lark_batch::lark {

HookAnswer read_hook_answer(const std::string& body) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::int64_t code = 0;
    if (parser.parse(body).get(root) != simdjson::SUCCESS ||
        (root["code"].get(code) != simdjson::SUCCESS &&
         root["StatusCode"].get(code) != simdjson::SUCCESS)) {
        return {};
    }
    std::string_view message;
    if (root["msg"].get(message) != simdjson::SUCCESS) {
        message = {};
    }
    return {true, code, std::string{message}};
}

}  // namespace lark_batch::lark
