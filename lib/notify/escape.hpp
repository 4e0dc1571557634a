// Makes plain text safe inside a markup, so that no name or fact can draw a
// link, mention everybody or end a tag.
#pragma once

#include <string>
#include <string_view>

namespace lark_batch::notify {

// For a card's markdown element, which knows characters by number:
// https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-components/content-components/rich-text
std::string escape_markdown(std::string_view text);

// For the text between tags and for quoted attributes.
std::string escape_html(std::string_view text);

// A web address as a link of any of our forms can hold it: what could end it
// there is percent-encoded. Empty for what is none, for one with a user or a
// password, and for one of more than 1,500 bytes.
std::string safe_url(std::string_view text);

}  // namespace lark_batch::notify
