#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Texts for people and departments, chosen by hash. About one in twelve is
// awkward on purpose: quotes, tabs, line breaks, backslashes, emoji, CJK,
// combining marks, right-to-left letters.
namespace lark_batch::sandbox {

std::string person_name(std::uint64_t hash);
// Latin letters only, for en_name and mail addresses.
std::string_view given_name(std::uint64_t hash);
std::string_view family_name(std::uint64_t hash);
std::string_view job_title(std::uint64_t hash);
std::string_view city(std::uint64_t hash);
std::string department_name(std::uint64_t hash);
std::string_view department_name_zh(std::uint64_t hash);
// A renamed thing must differ even when the hash picks the same text again.
std::string versioned(std::string text, unsigned version);

}  // namespace lark_batch::sandbox
