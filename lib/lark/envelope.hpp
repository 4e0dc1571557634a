// The frame of every Lark answer: {"code":0,"msg":"success","data":{...}},
// with an `error` object when the gateway refuses. Read at any HTTP status:
// the code decides, not the status.
// https://open.larksuite.com/document/ukTMukTMukTM/ukDNz4SO0MjL5QzM/get-
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::lark {

struct Envelope {
    bool valid = false;  // a JSON object with a numeric `code`
    long long code = 0;
    std::string msg;
    // Both live until the parser's next document. `data` is the whole answer
    // for the few APIs that answer without one (tokens, bot/v3/info).
    simdjson::dom::element root;
    simdjson::dom::element data;

    // From the `error` object, only when code is not 0.
    std::string log_id;
    std::vector<std::string> missing_scopes;  // with 99991672
    std::vector<std::string> violations;  // "page_size: the max value is 50"
    std::string help_url;
};

// Never throws on what a server says: anything but the frame is not valid.
Envelope read_envelope(simdjson::dom::parser& parser, const std::string& body);

}  // namespace lark_batch::lark
