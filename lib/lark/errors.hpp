// What to do about an answer: one table from Lark's body codes, and rules
// for transport faults, HTTP statuses and answers that are no JSON.
// Codes: https://open.larksuite.com/document/ukTMukTMukTM/ugjM14COyUjL4ITN
#pragma once

#include <span>
#include <string_view>

#include "lib/errors/error.hpp"
#include "lib/http/http.hpp"

namespace lark_batch::lark {

enum class Reaction {
    accept,         // it is an answer
    retry,          // the same call later
    rate_limited,   // the whole API pauses, then the same call
    renew_token,    // drop the token, fetch another one, repeat once
    restart_pages,  // the page token is stale: the chain again, once
    give_up,
};

struct CodeRow {
    long long first;
    long long last;  // a range of codes, mostly of one
    Reaction reaction;
    errors::Kind kind;  // of the error when nothing helped
    std::string_view hint;
};

// In ascending order, ranges apart from each other.
std::span<const CodeRow> code_rows();

// One attempt as the rules see it.
struct Attempt {
    http::Fault fault = http::Fault::none;
    int status = 0;
    bool valid = false;  // the body was an envelope
    long long code = 0;
    bool for_token = false;  // the token endpoint was asked
};

struct Verdict {
    Reaction reaction;
    errors::Kind kind;
    std::string_view hint;
};

Verdict judge(const Attempt& attempt);

}  // namespace lark_batch::lark
