// What stands in a DNS message: RFC 1035, section 4.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::healthcheck {

// Types of records by name: A, AAAA, CNAME, MX, NS, PTR, SRV, TXT.
std::vector<std::string> dns_type_names();
// The number of such a name.
int dns_type_of(std::string_view name);

// The answers of that type, as dig +short shows them: "10 mail.example.com",
// without dots at the end and quotes. Throws Error(unavailable) for what is
// no DNS message.
std::vector<std::string> dns_records(std::span<const unsigned char> message,
                                     int type);

}  // namespace lark_batch::healthcheck
