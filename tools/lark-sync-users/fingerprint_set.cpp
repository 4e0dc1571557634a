#include "tools/lark-sync-users/fingerprint_set.hpp"

#include <utility>

namespace lark_batch::sync_users {

namespace {

constexpr std::int64_t k_seen = 1;

std::int64_t without_mark(std::int64_t value) {
    return value & ~k_seen;
}

// Never 0, and with room for the mark.
std::int64_t storable(std::int64_t fingerprint) {
    const std::int64_t value = without_mark(fingerprint);
    return value == 0 ? 2 : value;
}

// The highest six bits choose one of the 64 tables.
std::size_t table_number(std::int64_t value) {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(value) >> 58U);
}

}  // namespace

std::size_t FingerprintSet::Table::slot_of(std::int64_t value) const {
    const std::size_t mask = slots.size() - 1;
    // The lowest bit is the same for all.
    std::size_t slot = (static_cast<std::size_t>(value) >> 1U) & mask;
    while (slots[slot] != 0 && without_mark(slots[slot]) != value) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void FingerprintSet::Table::grow() {
    std::vector<std::int64_t> old(slots.size() * 2, 0);
    std::swap(old, slots);
    for (const std::int64_t value : old) {
        if (value != 0) {
            slots[slot_of(without_mark(value))] = value;
        }
    }
}

FingerprintSet::Table& FingerprintSet::table_of(std::int64_t value) {
    return m_tables[table_number(value)];
}

const FingerprintSet::Table& FingerprintSet::table_of(
    std::int64_t value) const {
    return m_tables[table_number(value)];
}

bool FingerprintSet::insert(std::int64_t fingerprint) {
    const std::int64_t value = storable(fingerprint);
    Table& table = table_of(value);
    // At most 85 % full: probing stays within a few cache lines.
    if ((table.size + 1) * 100 > table.slots.size() * 85) {
        table.grow();
    }
    std::int64_t& slot = table.slots[table.slot_of(value)];
    if (slot != 0) {
        return false;
    }
    slot = value;
    ++table.size;
    ++m_size;
    return true;
}

FingerprintSet::Met FingerprintSet::see(std::int64_t fingerprint) {
    const bool fresh = insert(fingerprint);
    const std::int64_t value = storable(fingerprint);
    Table& table = table_of(value);
    std::int64_t& slot = table.slots[table.slot_of(value)];
    const bool seen = (slot & k_seen) != 0;
    slot |= k_seen;
    if (fresh) {
        return Met::never;
    }
    return seen ? Met::seen : Met::inserted;
}

bool FingerprintSet::contains(std::int64_t fingerprint) const {
    const std::int64_t value = storable(fingerprint);
    const Table& table = table_of(value);
    return table.slots[table.slot_of(value)] != 0;
}

}  // namespace lark_batch::sync_users
