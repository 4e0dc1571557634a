// Ages and sizes as a person says them, rounded, for messages.
#pragma once

#include <string>

namespace lark_batch::healthcheck {

// 75 is "75s", 2834 "47m", 50000 "14h", 800000 "9d".
std::string spoken_age(double seconds);

// 1536 is "1.5 KiB".
std::string spoken_size(double bytes);

}  // namespace lark_batch::healthcheck
