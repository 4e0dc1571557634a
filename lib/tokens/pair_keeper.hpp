// New pairs reach the database, or at least the disk. Private to lib/tokens,
// but for store_spooled() in rotation.hpp.
#pragma once

#include <vector>

#include "lib/tokens/rotation.hpp"

namespace lark_batch::tokens {

struct Kept {
    // One for each attempt; nothing where it was not stored.
    std::vector<std::optional<db::Stored>> stored;
    std::size_t spooled = 0;               // pairs that are on the disk instead
    std::optional<errors::Error> error{};  // why
    bool gone = false;  // the database as a whole takes nothing
};

// Stores what came of attempts and gives their locks back. A lost session is
// opened anew for as long as the run has time, ten seconds at most. What the
// database refuses for itself is spooled alone. Throws when the disk does not
// take a pair either.
Kept keep(const Surroundings& around, const std::vector<db::Ended>& ended);

// The pairs among them, sealed, onto the disk. Returns how many there were.
// Throws Error(unavailable) when the disk does not take them either.
std::size_t spool_pairs(const Surroundings& around,
                        const std::vector<db::Ended>& ended);

// The error with what became of the pairs.
errors::Error told_of_spool(const errors::Error& error, std::size_t spooled);

}  // namespace lark_batch::tokens
