// Between an option's typed target and the words people write.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/config/option.hpp"

namespace lark_batch::config {

// Sets the target, or says what is wrong with the values.
std::optional<Option::Complaint> set_value(const Declaration& declared,
                                           const Strings& values);

// "flag", "text", "integer", "number", "duration", "size", "list", "secret"
std::string_view type_name(const Target& target);

// The present value: 90s, or "90s" as TOML. Empty and "***" for secrets.
std::string plain_text(const Target& target);
std::string toml_text(const Target& target);

// A plain value of this type as TOML.
std::string as_toml(const Target& target, const std::string& plain);

// "4 .. 64", "0s .. 1h", or empty without limits.
std::string range_text(const Declaration& declared);

}  // namespace lark_batch::config
