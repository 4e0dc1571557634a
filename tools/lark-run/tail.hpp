// The end of what a command says, for the record of its run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/lark-run/redactor.hpp"

namespace lark_batch::lark_run {

class Tail {
public:
    // `keep` is the most that text() gives, in bytes; 0 keeps nothing.
    explicit Tail(std::size_t keep) : m_keep(keep) {}

    // Memory stays within a few times of what is kept.
    void add(std::string_view bytes);

    // The last whole lines, plain and without secrets. A secret of which only
    // the end would have been kept is not in it either.
    std::string text(const Redactor& redactor) const;

    // All bytes that were added.
    std::uint64_t total() const { return m_total; }

private:
    std::size_t window() const;

    std::size_t m_keep;
    std::string m_bytes;
    std::uint64_t m_total = 0;
};

}  // namespace lark_batch::lark_run
