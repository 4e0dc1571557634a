// Labels of measurements whose names come from data.
#pragma once

#include <string>
#include <string_view>

#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

// "messages:trade.events": without what performance data cannot hold.
inline std::string data_label(std::string_view what, std::string_view name) {
    std::string label = std::string{what} + ":" + text::excerpt(name, 120);
    for (char& letter : label) {
        if (letter == '=' || letter == '\'' || letter == '"') {
            letter = '_';
        }
    }
    return label;
}

}  // namespace lark_batch::healthcheck
