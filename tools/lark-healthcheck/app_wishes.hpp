// Checks that speak as an [[app]]: which ones, and whether there is one.
#pragma once

#include "tools/lark-healthcheck/options.hpp"

namespace lark_batch::healthcheck {

// Whether a check that was chosen for this run needs the app's secret.
bool speaks_as(const Options& options, const std::string& app);

// What is wrong when a check names an app that the configuration lacks.
config::Found check_app(const Options& options, const Check& check);
// The same of every [[check]], chosen or not.
config::Found check_apps(const Options& options);

}  // namespace lark_batch::healthcheck
