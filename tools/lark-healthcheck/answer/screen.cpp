#include "tools/lark-healthcheck/answer/screen.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

// ECMA-48, and xterm's alternate screen.
constexpr std::string_view k_enter = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view k_leave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view k_home = "\x1b[H";
constexpr std::string_view k_clear_line = "\x1b[K";
constexpr std::string_view k_clear_below = "\x1b[J";

bool has_input(clock::Duration wait) {
    pollfd keys{STDIN_FILENO, POLLIN, 0};
    return ::poll(&keys, 1, static_cast<int>(wait.count())) > 0;
}

}  // namespace

Screen::Screen() : m_in_place(terminal().present) {
    if (m_in_place) {
        read_keys_at_once();
        write(k_enter);
    }
}

Screen::~Screen() {
    if (m_in_place) {
        write(k_leave);
    }
    if (m_has_keys) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &m_before);
    }
}

void Screen::read_keys_at_once() {
    if (::tcgetattr(STDIN_FILENO, &m_before) != 0) {
        return;
    }
    m_has_keys = true;
    termios raw = m_before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    // Ctrl-Z would leave the shell on the alternate screen.
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void Screen::write(std::string_view text) {
    while (!text.empty() && !m_gone) {
        const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            m_gone = true;
        }
    }
}

void Screen::show(const std::string& text) {
    if (!m_in_place) {
        write(text + "\n");
        return;
    }
    auto lines = text::split(text, '\n');
    const std::size_t rows = terminal().rows;
    if (rows > 0 && lines.size() > rows) {
        lines.resize(rows);
    }
    std::string frame{k_home};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        // A newline behind the last row would scroll.
        frame += lines[i];
        frame += k_clear_line;
        frame += i + 1 < lines.size() ? "\n" : "";
    }
    write(frame.append(k_clear_below));
}

bool Screen::closed() {
    std::array<char, 64> keys{};
    if (!m_closed && !m_gone && m_has_keys && has_input(clock::Duration{0})) {
        const auto size = ::read(STDIN_FILENO, keys.data(), keys.size());
        const std::string_view pressed{
            keys.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
        // No key in spite of the event: the terminal is gone.
        m_gone = pressed.empty();
        m_closed = pressed.find_first_of("qQ") != std::string_view::npos;
    }
    return m_closed || m_gone;
}

void Screen::wait(clock::Duration limit) const {
    if (m_has_keys) {
        has_input(limit);
    } else {
        clock::system_clock().sleep(limit);
    }
}

}  // namespace lark_batch::healthcheck
