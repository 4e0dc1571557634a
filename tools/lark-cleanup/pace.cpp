#include "tools/lark-cleanup/pace.hpp"

#include <algorithm>
#include <chrono>

namespace lark_batch::cleanup {

namespace {

constexpr clock::Duration k_first_pause{50};

double seconds_of(clock::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

Pace::Pace(const PaceSettings& settings)
    : m_settings(settings),
      m_size(settings.first_size),
      m_pause(settings.pause) {}

void Pace::took(double seconds) {
    const double factor =
        seconds > 0 ? seconds_of(m_settings.batch_time) / seconds : 2;
    const auto wanted = static_cast<long long>(static_cast<double>(m_size) *
                                               std::clamp(factor, 0.5, 2.0));
    m_size = std::clamp(wanted, 1LL, m_settings.largest_size);
}

clock::Duration Pace::pause(const Pressure& pressure) {
    const bool pressed =
        pressure.lock_waits > 0 ||
        pressure.replication_lag > seconds_of(m_settings.max_replication_lag);
    if (pressed) {
        m_pause = std::clamp(m_pause * 2, k_first_pause,
                             std::max(m_settings.max_pause, k_first_pause));
    } else {
        m_pause = std::max(m_pause / 2, m_settings.pause);
    }
    return std::min(m_pause, std::max(m_settings.max_pause, m_settings.pause));
}

}  // namespace lark_batch::cleanup
