// How large batches are, and how long the pauses between them: batches follow
// the time that they took, pauses the trouble that others have.
#pragma once

#include "lib/clock/clock.hpp"

namespace lark_batch::cleanup {

struct Pressure {
    long long lock_waits = 0;    // sessions of the database that wait for one
    double replication_lag = 0;  // seconds, of the slowest replica
};

struct PaceSettings {
    long long first_size = 1'000;
    long long largest_size = 100'000;
    clock::Duration batch_time{200};
    clock::Duration pause{5};
    clock::Duration max_pause{5'000};
    clock::Duration max_replication_lag{10'000};
};

class Pace {
public:
    explicit Pace(const PaceSettings& settings);

    long long size() const { return m_size; }

    // After each batch of size(): the next is at most twice and at least half
    // as large.
    void took(double seconds);

    // The pause before the next batch: doubled while there is pressure,
    // halved when it is gone.
    clock::Duration pause(const Pressure& pressure);

private:
    PaceSettings m_settings;
    long long m_size;
    clock::Duration m_pause;
};

}  // namespace lark_batch::cleanup
