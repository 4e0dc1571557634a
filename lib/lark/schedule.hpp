// The calls of a Client, and their order. Private to lib/lark.
#pragma once

#include <memory>
#include <string>

#include "lib/lark/client.hpp"
#include "lib/lark/lanes.hpp"
#include "lib/lark/pages.hpp"

namespace lark_batch::lark {

// What a page chain knows beyond its present page.
struct Chain {
    Pages pages;
    Client::OnData on_page;
    Client::OnEnd on_end;
};

// One call from its queueing to its end, through all attempts.
struct Task {
    LaneOf<Task>* lane = nullptr;
    std::string method;  // GET or POST
    std::string url;     // of a chain: of its first page
    std::string body;    // of a POST
    Client::OnData on_data;
    Client::OnFailure on_failure;
    std::unique_ptr<Chain> chain;  // none: a single call

    int attempts = 0;
    clock::Instant first_start;
    int token_generation = 0;
    bool token_renewed = false;
};

using TaskPtr = std::unique_ptr<Task>;
using Schedule = Lanes<Task>;

}  // namespace lark_batch::lark
