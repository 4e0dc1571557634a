#include "tests/support/wait.hpp"

#include <poll.h>

#include <stdexcept>

namespace lark_batch::test {

bool until(const std::function<bool()>& condition, Milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= end) {
            return false;
        }
        ::poll(nullptr, 0, 10);
    }
    return true;
}

void wait_for(const std::string& what, const std::function<bool()>& condition,
              Milliseconds limit) {
    if (!until(condition, limit)) {
        throw std::runtime_error(what + " did not happen within " +
                                 std::to_string(limit.count()) + " ms");
    }
}

}  // namespace lark_batch::test
