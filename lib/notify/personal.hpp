// Mail addresses and phone numbers have no place in a notice: a tenant's
// data-loss audit refuses the whole message for one (code 230028).
// https://open.larksuite.com/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
#pragma once

#include <string>
#include <string_view>

namespace lark_batch::notify {

// The text with mail addresses, mobile numbers of mainland China and numbers
// in international form ("+" and at least 8 digits) cut short by asterisks.
std::string without_personal_data(std::string_view text);

}  // namespace lark_batch::notify
