// Whether a systemd timer started this run, or a person started its unit.
//
// $TRIGGER_UNIT alone does not tell: systemd keeps what triggered a unit first
// for all of its later starts, those by hand too, until it forgets the unit
// (src/core/unit.c, unit_start(): "older details object wins"; seen with 252,
// the times in $TRIGGER_TIMER_* stay old as well). But a timer with
// Persistent= gives its stamp file a new time each time that it elapses.
#pragma once

#include <filesystem>
#include <string>

namespace lark_batch::run {

// Belongs to one run, from its beginning to its end.
class TimerElapse {
public:
    // `timer` is triggering_timer(). A file in the state directory remembers
    // the last elapse that led to a run of the task, for one timer may start
    // several; this one is remembered at once. None of it ever fails.
    TimerElapse(
        const std::string& timer, const std::string& task,
        const std::filesystem::path& state_directory,
        const std::filesystem::path& stamps = "/var/lib/systemd/timers");
    // What elapsed during the run leads to no other.
    ~TimerElapse();
    TimerElapse(const TimerElapse&) = delete;
    TimerElapse& operator=(const TimerElapse&) = delete;

    // True, too, for a timer that keeps no stamp.
    bool started_this_run() const { return m_started_this_run; }

private:
    bool is_new() const;
    void remember() const;

    std::filesystem::path m_stamp;  // empty without a timer
    std::filesystem::path m_remembered;
    bool m_started_this_run;
};

}  // namespace lark_batch::run
