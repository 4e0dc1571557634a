// Fingerprints that are already in the database: 8 bytes each, so that what
// is unchanged is known without keeping or sending the documents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lark_batch::sync_users {

// Open addressing with linear probing; fingerprints are hashes already and
// serve as their own hash. A std::unordered_set would take five times as
// much for a million people.
class FingerprintSet {
public:
    FingerprintSet() : m_slots(k_smallest, 0) {}

    // False when it was there.
    bool insert(std::int64_t fingerprint);
    bool contains(std::int64_t fingerprint) const;
    std::size_t size() const { return m_size; }

private:
    static constexpr std::size_t k_smallest = 1024;  // a power of two

    // The slot that holds the value, or the free one where it belongs.
    std::size_t slot_of(std::int64_t value) const;
    void grow();

    // 0 marks a free slot; the fingerprint 0 is stored as 1.
    std::vector<std::int64_t> m_slots;
    std::size_t m_size = 0;
};

}  // namespace lark_batch::sync_users
