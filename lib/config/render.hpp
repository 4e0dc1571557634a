// The texts made from the declarations: --help, the reference page and the
// sample file. They agree because they have one source.
#pragma once

#include <string>
#include <vector>

#include "lib/config/option.hpp"

namespace lark_batch::config {

// At most 80 columns. With a command: that command's own options as well.
std::string help(const Program& program, const OptionSet& options,
                 const std::string& command = {});

struct Page {
    const Program* program;
    const OptionSet* options;
};

// Markdown: a table for each group. What all programs have in common comes
// first and once.
std::string reference(const std::vector<Page>& pages);
std::string reference(const Program& program, const OptionSet& options);

// A commented TOML file with every key; it loads without a problem.
std::string sample(const std::vector<const OptionSet*>& sets);
std::string sample(const OptionSet& options);

}  // namespace lark_batch::config
