// The two brands of the platform. A tenant lives on exactly one of them; the
// paths are the same.
#pragma once

#include <string>
#include <string_view>

namespace lark_batch::lark {

// https://open.feishu.cn for "feishu", https://open.larksuite.com for "lark".
// Throws Error(config) for any other word.
std::string brand_url(std::string_view brand);

}  // namespace lark_batch::lark
