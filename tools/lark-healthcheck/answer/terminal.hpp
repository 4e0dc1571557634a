// What a person in front of the program can see.
#pragma once

#include <cstddef>

namespace lark_batch::healthcheck {

struct Terminal {
    bool present = false;
    bool colours = false;     // not with NO_COLOR (https://no-color.org)
    std::size_t columns = 0;  // zero: not known, without limit
    std::size_t rows = 0;
};

// Of standard output.
Terminal terminal();

}  // namespace lark_batch::healthcheck
