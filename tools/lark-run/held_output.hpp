// Output that is shown only if the command fails: its end, within a bound.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace lark_batch::lark_run {

class HeldOutput {
public:
    // Of so many bytes at most the end is kept.
    explicit HeldOutput(std::size_t most) : m_most(most) {}

    // What goes to `target`, a descriptor of ours.
    void add(int target, std::string_view bytes);
    // Writes all of it, in the order in which it came.
    void show() const;
    void forget();

    // Bytes that came first and are not kept any more.
    std::uint64_t dropped() const { return m_dropped; }

private:
    struct Part {
        int target;
        std::string bytes;
    };

    std::size_t m_most;
    std::size_t m_size = 0;
    std::uint64_t m_dropped = 0;
    std::deque<Part> m_parts;
};

}  // namespace lark_batch::lark_run
