// One question to name servers, by c-ares, that ends with its deadline.
#pragma once

#include <string>
#include <vector>

#include "lib/clock/clock.hpp"

namespace lark_batch::healthcheck {

struct DnsQuestion {
    std::string name;
    int type = 1;
    // "1.2.3.4:53", in the order in which they are asked; empty: those of
    // resolv.conf(5).
    std::vector<std::string> servers;
};

// The answers as dns_records() gives them; none when the name has no record
// of that type. The name is taken as complete: no search list. Throws
// Error(unavailable) in words that tell NXDOMAIN, SERVFAIL and a refusal
// apart, and as socket.hpp says when no server answers.
std::vector<std::string> ask_dns(const DnsQuestion& question,
                                 const clock::Deadline& deadline);

// The name under which an address is looked up backwards, RFC 1035, 3.5 and
// RFC 3596, 2.5; the text itself when it is no address.
std::string reverse_name(const std::string& text);

}  // namespace lark_batch::healthcheck
