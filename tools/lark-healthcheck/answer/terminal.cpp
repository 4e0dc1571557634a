#include "tools/lark-healthcheck/answer/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace lark_batch::healthcheck {

namespace {

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

Terminal terminal() {
    Terminal found;
    found.present = isatty(STDOUT_FILENO) != 0;
    if (!found.present) {
        return found;
    }
    found.colours = variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
        found.columns = size.ws_col;
        found.rows = size.ws_row;
    }
    return found;
}

}  // namespace lark_batch::healthcheck
