#include "tools/lark-sync-users/fingerprint_set.hpp"

#include <utility>

namespace lark_batch::sync_users {

namespace {

std::int64_t storable(std::int64_t fingerprint) {
    return fingerprint == 0 ? 1 : fingerprint;
}

}  // namespace

std::size_t FingerprintSet::slot_of(std::int64_t value) const {
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = static_cast<std::size_t>(value) & mask;
    while (m_slots[slot] != 0 && m_slots[slot] != value) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void FingerprintSet::grow() {
    std::vector<std::int64_t> old(m_slots.size() * 2, 0);
    std::swap(old, m_slots);
    for (const std::int64_t value : old) {
        if (value != 0) {
            m_slots[slot_of(value)] = value;
        }
    }
}

bool FingerprintSet::insert(std::int64_t fingerprint) {
    // At most three quarters full: probing stays short.
    if ((m_size + 1) * 4 > m_slots.size() * 3) {
        grow();
    }
    const std::size_t slot = slot_of(storable(fingerprint));
    if (m_slots[slot] != 0) {
        return false;
    }
    m_slots[slot] = storable(fingerprint);
    ++m_size;
    return true;
}

bool FingerprintSet::contains(std::int64_t fingerprint) const {
    return m_slots[slot_of(storable(fingerprint))] != 0;
}

}  // namespace lark_batch::sync_users
