#include "tools/lark-run/held_output.hpp"

#include "lib/files/descriptor.hpp"

namespace lark_batch::lark_run {

namespace {

constexpr std::size_t k_part = 64u << 10;

}  // namespace

void HeldOutput::add(int target, std::string_view bytes) {
    const bool goes_on = !m_parts.empty() && m_parts.back().target == target &&
                         m_parts.back().bytes.size() < k_part;
    if (!goes_on) {
        m_parts.push_back({target, {}});
    }
    m_parts.back().bytes += bytes;
    m_size += bytes.size();
    while (m_size > m_most && m_parts.size() > 1) {
        m_size -= m_parts.front().bytes.size();
        m_dropped += m_parts.front().bytes.size();
        m_parts.pop_front();
    }
}

void HeldOutput::show() const {
    for (const Part& part : m_parts) {
        // Whoever cannot take it does not want it.
        files::write_all(part.target, part.bytes);
    }
}

void HeldOutput::forget() {
    m_parts.clear();
    m_size = 0;
    m_dropped = 0;
}

}  // namespace lark_batch::lark_run
