#include "lib/lark/brand.hpp"

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::lark {

std::string brand_url(std::string_view brand) {
    if (brand == "feishu") {
        return "https://open.feishu.cn";
    }
    if (brand == "lark") {
        return "https://open.larksuite.com";
    }
    throw errors::Error{errors::Kind::config,
                        "unknown brand '" + text::excerpt(brand, 40) + "'",
                        "it is 'feishu' or 'lark'"};
}

}  // namespace lark_batch::lark
