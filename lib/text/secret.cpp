#include "lib/text/secret.hpp"

#include <cstring>

namespace lark_batch::text {

void Secret::wipe() noexcept {
    explicit_bzero(m_value.data(), m_value.capacity());
    m_value.clear();
}

}  // namespace lark_batch::text
