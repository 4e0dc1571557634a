// What becomes of what a command says: passed on, held back or dropped, and
// its end kept for the record.
#pragma once

#include <optional>
#include <vector>

#include "lib/process/child.hpp"
#include "tools/lark-run/held_output.hpp"
#include "tools/lark-run/relay.hpp"
#include "tools/lark-run/tail.hpp"

namespace lark_batch::lark_run {

enum class Passing { always, on_failure, never };

class Outputs {
public:
    // `keep` as for Tail. Standard output becomes `standard_output`: 2 where
    // ours is for a result.
    Outputs(Passing passing, std::size_t keep, int standard_output);

    // Gives the command its descriptors, and comes back with what reads them.
    // Both streams share one where ours are the same file, so that their lines
    // stay in order; there is none where the command has our own.
    struct Connection {
        std::vector<Relay> relays;
        std::vector<files::Descriptor> writing_ends;
    };
    Connection connect(process::Order& order);

    const Tail& tail() const { return m_tail; }
    // What an attempt said before counts no more.
    void begin_attempt();
    // What was held back, now that the command has failed.
    void show_held() const;

private:
    Relay relay(files::Descriptor source, int target);
    bool keeps_nothing() const;

    Passing m_passing;
    std::size_t m_keep;
    int m_standard_output;
    Tail m_tail;
    HeldOutput m_held;
};

}  // namespace lark_batch::lark_run
