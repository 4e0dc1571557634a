#include "tools/lark-cleanup/classes.hpp"

#include <algorithm>
#include <string>

#include "lib/errors/error.hpp"

namespace lark_batch::cleanup {

std::size_t index_of(std::string_view name) {
    const auto* const found = std::ranges::find(k_classes, name, &Class::name);
    if (found == k_classes.end()) {
        throw errors::Error{errors::Kind::bug,
                            "there is no class '" + std::string{name} + "'"};
    }
    return static_cast<std::size_t>(found - k_classes.begin());
}

}  // namespace lark_batch::cleanup
