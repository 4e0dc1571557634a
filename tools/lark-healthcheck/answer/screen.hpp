// The terminal of a person who watches. Where standard output is none, texts
// are written one after the other.
#pragma once

#include <termios.h>

#include <string>

#include "lib/clock/clock.hpp"
#include "tools/lark-healthcheck/answer/terminal.hpp"

namespace lark_batch::healthcheck {

// Shows texts in place on the alternate screen, which leaves no trace: the
// destructor brings back what was there, and how keys were read.
class Screen {
public:
    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    // Instead of the text before it; cut to the terminal's rows.
    void show(const std::string& text);

    // Whether the person pressed q, or nobody can read any more.
    bool closed();

    // Ends early when a key is pressed or a signal arrives.
    void wait(clock::Duration limit) const;

private:
    void write(std::string_view text);
    void read_keys_at_once();

    bool m_in_place;
    bool m_has_keys = false;
    bool m_gone = false;    // who reads
    bool m_closed = false;  // by the person
    termios m_before{};
};

}  // namespace lark_batch::healthcheck
