// A class of rows: its sweeps, batch by batch.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "lib/run/context.hpp"
#include "tools/lark-cleanup/budget.hpp"
#include "tools/lark-cleanup/options.hpp"
#include "tools/lark-cleanup/pace.hpp"
#include "tools/lark-cleanup/queries_sweeps.hpp"
#include "tools/lark-cleanup/report.hpp"

namespace lark_batch::cleanup {

// How many rows each table of the run lost, for the vacuum.
using Thinned = std::map<std::string, std::int64_t>;

class RowClass {
public:
    // `thinned` and `budget` must outlive it; it adds to the one and takes
    // from the other.
    RowClass(run::Context& context, const Options& options, const Class& what,
             Budget& budget, Thinned& thinned);

    // Deletes, or in a dry run counts. What is known before an Error or a
    // stop is in the report.
    void clean(ClassReport& report);

private:
    void sweep(const Sweep& what, ClassReport& report);
    // True when every eligible row was looked at.
    bool walk(const Sweep& what, const Walk& over, ClassReport& report);
    void pick(const Sweep& what, ClassReport& report);
    void note(const Sweep& what, const Deleted& deleted, ClassReport& report);
    // The pause after a batch. Throws when the run must stop.
    void rest(Pace& pace, const Deleted& deleted);
    void look_around();

    run::Context* m_context;
    const Options* m_options;
    const Class* m_class;
    Budget* m_budget;
    Thinned* m_thinned;
    std::string m_cutoff;
    std::string m_ended;  // that of tokens_expired
    Pressure m_pressure;
    clock::Instant m_looked{};
};

}  // namespace lark_batch::cleanup
