// A mailbox as people write it: "Name <address>" or the bare address.
#pragma once

#include <string>

namespace lark_batch::text {

struct Mailbox {
    std::string name;  // without the quotes around it, may be empty
    std::string address;
};

// What is not in that form is taken for the address; nothing is checked.
Mailbox parse_mailbox(const std::string& text);

}  // namespace lark_batch::text
