// Statuses of HTTP as people name them: "200", "200-299", "2xx".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lark_batch::healthcheck {

// False for words that are none of these.
bool status_among(int status, std::string_view words);

// What is wrong with them as a predicate, for an option's check.
std::optional<std::string> check_status_words(const std::string& value);

}  // namespace lark_batch::healthcheck
