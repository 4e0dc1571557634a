// A department or a person as Lark served it: its fingerprint and its text.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>

namespace lark_batch::sync_users {

// Equal for documents that mean the same: members in any order, ids of
// departments in any order, pictures left out (Lark does not promise that
// their addresses stay). Absent, null and empty give different values.
std::int64_t fingerprint(simdjson::dom::object document);

// The whole document as JSON, appended in COPY's text format. PostgreSQL's
// jsonb cannot hold U+0000, which becomes U+FFFD.
void append_copy_json(std::string& out, simdjson::dom::object document);

}  // namespace lark_batch::sync_users
