// Where a TCP service listens: "host:port", "[::1]:6379".
#pragma once

#include <string>
#include <string_view>

#include "lib/config/option.hpp"

namespace lark_batch::healthcheck {

struct Endpoint {
    std::string host;  // without brackets
    std::string port;  // a decimal number

    // As it is written, with brackets around an IPv6 address.
    std::string str() const;
};

// Throws Error(config) naming the text. `default_port` 0: it must name one.
Endpoint endpoint_of(std::string_view text, int default_port);

// Declares the option `address`, required.
config::Option& declare_address(config::OptionSet& set, std::string& target,
                                int default_port);

// Which addresses of a host's name are tried: "any", "4" or "6".
config::Option& declare_ip_version(config::OptionSet& set, std::string& target);

// This machine itself, judged by the text alone.
bool is_this_machine(const Endpoint& endpoint);

}  // namespace lark_batch::healthcheck
