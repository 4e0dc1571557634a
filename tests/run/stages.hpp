// A run of lark-sync-users, held in one of its stages.
#pragma once

#include <optional>
#include <string>

#include "tests/run/holder.hpp"
#include "tests/run/sync_world.hpp"

namespace lark_batch::test {

// In their order; "push" is the one at the start.
const Arguments& stages();

class HeldSync {
public:
    // A company that was read before and has changed since.
    explicit HeldSync(std::string stage);

    SyncWorld& world() { return m_world; }
    const SyncWorld& world() const { return m_world; }
    Process& process() { return *m_process; }
    // The directory's fingerprint when the run began.
    const std::string& before() const { return m_before; }

    // Whatever held the run is gone.
    void let_go();

private:
    void hold();
    bool is_held() const;

    std::string m_stage;
    SyncWorld m_world;
    std::string m_before;
    std::optional<TableHolder> m_table;
    std::optional<Process> m_process;
    std::size_t m_pushes = 0;
};

}  // namespace lark_batch::test
