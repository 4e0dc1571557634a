// The classes that are no rows of tables: leftovers of the server, files, and
// groups on the Pushgateway. Each fills its report, which keeps what was done
// before an Error.
#pragma once

#include "lib/run/context.hpp"
#include "tools/lark-cleanup/budget.hpp"
#include "tools/lark-cleanup/options.hpp"
#include "tools/lark-cleanup/report.hpp"

namespace lark_batch::cleanup {

void clean_staging(run::Context& context, ClassReport& report);
void clean_spool(run::Context& context, const Options& options, Budget& budget,
                 ClassReport& report);
void clean_reports(run::Context& context, const Options& options,
                   Budget& budget, ClassReport& report);
void clean_gateway(run::Context& context, const Options& options,
                   ClassReport& report);

}  // namespace lark_batch::cleanup
