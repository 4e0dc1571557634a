// The forms of a digest.
#pragma once

#include <string>

#include "lib/notify/digest.hpp"

namespace lark_batch::notify {

// A card, JSON 2.0, its header coloured by the severity.
// https://open.larkoffice.com/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-breaking-changes-release-notes.md
std::string card_json(const Digest& digest);

std::string plain_text(const Digest& digest);

// A whole document with inline styles only, for mail.
std::string html_text(const Digest& digest);

// One object for programs; its members are in docs/notifications.md.
// `sent_at` as RFC 3339.
std::string object_json(const Digest& digest, const std::string& sent_at);

}  // namespace lark_batch::notify
