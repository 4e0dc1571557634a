#include "lib/run/timer_elapse.hpp"

#include <fstream>
#include <optional>
#include <system_error>

namespace lark_batch::run {

namespace {

namespace fs = std::filesystem;

std::optional<fs::file_time_type> time_of(const fs::path& path) {
    std::error_code missing;
    const auto time = fs::last_write_time(path, missing);
    return missing ? std::nullopt : std::optional{time};
}

}  // namespace

TimerElapse::TimerElapse(const std::string& timer, const std::string& task,
                         const fs::path& state_directory,
                         const fs::path& stamps)
    : m_stamp(timer.empty() ? fs::path{} : stamps / ("stamp-" + timer)),
      m_remembered(state_directory / (timer + "." + task + ".elapsed")),
      m_started_this_run(is_new()) {
    remember();
}

TimerElapse::~TimerElapse() {
    remember();
}

bool TimerElapse::is_new() const {
    if (m_stamp.empty()) {
        return false;
    }
    const auto elapse = time_of(m_stamp);
    return !elapse || elapse != time_of(m_remembered);
}

void TimerElapse::remember() const {
    const auto elapse = time_of(m_stamp);
    if (elapse && elapse != time_of(m_remembered)) {
        const std::ofstream made{m_remembered, std::ios::app};
        std::error_code ignored;
        fs::last_write_time(m_remembered, *elapse, ignored);
    }
}

}  // namespace lark_batch::run
