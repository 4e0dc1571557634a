// One stream of a command's output on its way to one of ours, byte by byte.
// Nothing is read while nothing can be written: a reader that is slow slows
// the command, as it would without us.
#pragma once

#include <poll.h>

#include <functional>
#include <string>
#include <string_view>

#include "lib/files/descriptor.hpp"

namespace lark_batch::lark_run {

class Relay {
public:
    using Taker = std::function<void(std::string_view)>;

    // `source` does not block. What is read goes to `taker` and then to
    // `target`, a descriptor of ours or -1 for nowhere.
    Relay(files::Descriptor source, int target, Taker taker);

    // What to poll for; a negative descriptor for nothing.
    pollfd wanted() const;
    // Goes on as far as it gets without waiting.
    void turn();

    // Whether all was read and written.
    bool done() const { return !m_source && !has_rest(); }
    bool has_rest() const { return m_written < m_rest.size(); }
    // No more is read.
    void close() { m_source = files::Descriptor{}; }
    // Why the target takes nothing any more, as errno has it; else 0. When its
    // reader has gone (EPIPE) the command gets to feel that; after any other
    // fault, such as a full disk, its output is lost, and it goes on.
    int fault() const { return m_fault; }

private:
    void take_more();
    void write_rest();
    void give_up(int fault);

    files::Descriptor m_source;
    int m_target;
    std::size_t m_largest_write;
    Taker m_taker;
    std::string m_rest;
    std::size_t m_written = 0;  // of the rest
    int m_fault = 0;
};

}  // namespace lark_batch::lark_run
