// Fingerprints that are already in the database: 8 bytes each, so that what
// is unchanged is known without keeping or sending the documents.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lark_batch::sync_users {

// Open addressing with linear probing; fingerprints are hashes already and
// serve as their own hash. A std::unordered_set would take five times as
// much for a million people. Many small tables instead of a large one: when
// one grows, its old and new slots exist together, and only its.
class FingerprintSet {
public:
    // False when it was there.
    bool insert(std::int64_t fingerprint);
    bool contains(std::int64_t fingerprint) const;

    // How a fingerprint was met before: not at all, by insert() only, or by
    // see(). Remembers that it was seen now.
    enum class Met { never, inserted, seen };
    Met see(std::int64_t fingerprint);

    std::size_t size() const { return m_size; }

    // Calls `take` for what insert() brought and see() never met; the lowest
    // bit is shifted out, as PostgreSQL's `fingerprint >> 1` does.
    template <typename Take>
    void for_each_unseen(Take take) const {
        for (const Table& table : m_tables) {
            for (const std::int64_t value : table.slots) {
                if (value != 0 && (value & 1) == 0) {
                    take(value >> 1);
                }
            }
        }
    }

private:
    struct Table {
        // 0 is a free slot. The lowest bit says "seen", which leaves 63 bits
        // of the fingerprint.
        std::vector<std::int64_t> slots = std::vector<std::int64_t>(16, 0);
        std::size_t size = 0;

        // The slot that holds the value, or the free one where it belongs.
        std::size_t slot_of(std::int64_t value) const;
        void grow();
    };

    Table& table_of(std::int64_t value);
    const Table& table_of(std::int64_t value) const;

    std::array<Table, 64> m_tables;
    std::size_t m_size = 0;
};

}  // namespace lark_batch::sync_users
