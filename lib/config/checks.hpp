// What makes a value of a shared setting wrong beyond its type. Each gives a
// predicate, or nothing if the value is right.
#pragma once

#include <optional>
#include <string>

namespace lark_batch::config {

// http or https with a host, without a password: that would be printed.
std::optional<std::string> check_web_address(const std::string& value);

// As above, but plain http only to this machine itself.
std::optional<std::string> check_api_address(const std::string& value);

// No password in it, neither as URI nor as "key=value" words.
std::optional<std::string> check_database_url(const std::string& value);

// The form of an IANA name; whether the machine knows it is found out later.
std::optional<std::string> check_timezone(const std::string& value);

// RFC 3339, with an offset or Z.
std::optional<std::string> check_timestamp(const std::string& value);

// Letters, digits, '-', '_' and '.', for names in labels and file names.
std::optional<std::string> check_name(const std::string& value);

}  // namespace lark_batch::config
