// Waiting in tests: for a condition, with a deadline, never for a time.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace lark_batch::test {

using Milliseconds = std::chrono::milliseconds;

// Asks every 10 ms until the answer is yes; false when the limit passed.
bool until(const std::function<bool()>& condition,
           Milliseconds limit = std::chrono::seconds{10});

// The same, but throws naming what did not happen.
void wait_for(const std::string& what, const std::function<bool()>& condition,
              Milliseconds limit = std::chrono::seconds{10});

}  // namespace lark_batch::test
