// A thread for one attempt of one blocking probe.
#pragma once

#include <functional>
#include <memory>

#include "tools/lark-healthcheck/desk.hpp"
#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

// What `look` found; an Error that it throws is a finding, too.
Finding finding_of(const std::function<Finding()>& look);

// Leaves what it found at the desk. Signals go to the other threads. False
// when no thread can be had.
bool start_worker(const BlockingKind& kind, const Surroundings& around,
                  clock::Deadline deadline, const std::shared_ptr<Desk>& desk,
                  Ticket ticket);

}  // namespace lark_batch::healthcheck
