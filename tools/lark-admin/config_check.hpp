// `config check`: everything that is wrong with the settings, at once.
#pragma once

#include <ostream>
#include <string>

#include "lib/config/option.hpp"
#include "lib/errors/exit_code.hpp"
#include "tools/lark-admin/options.hpp"

namespace lark_batch::admin {

// Adds to `set`, the command's own options, what only several settings
// together can get wrong. `options` is the set they all end up in.
void add_cross_checks(config::OptionSet& set, config::OptionSet& options,
                      const config::SharedSettings& shared);

// Tasks that tell nobody, because their `notify` has no route.
void add_task_checks(config::OptionSet& set, const Settings& settings);

// For settings that were loaded without a problem: says so and, when asked
// to, tries what they name. `file` is empty when there was none.
errors::ExitCode check_config(const Settings& settings, const std::string& file,
                              std::ostream& out);

// What was wrong, for a program: nothing when it is to be read by a person.
void tell_problems(const config::Problems& problems, const Settings& settings,
                   std::ostream& out);

}  // namespace lark_batch::admin
