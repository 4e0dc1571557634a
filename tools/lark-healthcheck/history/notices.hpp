// Tells channels of checks that changed: what is WARNING, UNKNOWN or CRITICAL
// after its thresholds, once until it is time to repeat it, and when it is
// over. lib/notify does the telling.
#pragma once

#include <optional>

#include "lib/metrics/snapshot.hpp"
#include "lib/notify/announcer.hpp"
#include "lib/run/context.hpp"
#include "lib/run/lark_clients.hpp"
#include "tools/lark-healthcheck/history/memory.hpp"
#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

class Notices {
public:
    // The references must outlive it. Throws as notify::Announcer does, when
    // notices are wanted.
    Notices(run::Context& context, const Options& options);

    // To be called once the memory is kept. A channel that fails, and a
    // database that is not there, are warned of; the next run tries again.
    void tell(const Memory& memory);

private:
    void announce(const Memory& memory);

    run::Context& m_context;
    const Options& m_options;
    run::LarkClients m_clients;
    std::optional<notify::Announcer> m_announcer;
};

// Names the counters of messages.
void name_series(const config::SharedSettings& settings, const Options& options,
                 metrics::JobSeries& series);

}  // namespace lark_batch::healthcheck
