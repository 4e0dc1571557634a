// What a custom bot's hook says, always with HTTP 200: {"code":0,"msg":..},
// or of old {"StatusCode":0,"StatusMessage":..}; refusals have the code alone.
// https://open.larksuite.com/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN
#pragma once

#include <string>

namespace lark_batch::lark {

struct HookAnswer {
    bool valid = false;  // a JSON object with one of the two numbers
    long long code = 0;  // 0: accepted; `code` counts before `StatusCode`
    std::string msg;     // of a refusal
};

// Never throws on what a server says.
HookAnswer read_hook_answer(const std::string& body);

}  // namespace lark_batch::lark
