// The kind `command`: a monitoring plugin, run as such.
// https://www.monitoring-plugins.org/doc/guidelines.html
#pragma once

#include "tools/lark-healthcheck/kind.hpp"

namespace lark_batch::healthcheck {

class Command : public BlockingKind {
public:
    void declare(config::OptionSet& set, const Check& check) override;
    std::string_view target() const override { return "argv"; }
    std::string describe() const override;
    Finding probe(const Surroundings& around,
                  const clock::Deadline& deadline) const override;

private:
    // Of the program: arguments may hold what is nobody's business.
    std::string name() const;
    std::vector<std::string> environment() const;

    std::vector<std::string> m_argv;
    std::vector<std::string> m_environment;  // NAME=value
    std::string m_folder = "/";
};

// Ends every process that a command has left behind, also those that left its
// process group: they became children of ours. To be called when no command
// is wanted any more; all children of this process end then, but those that it
// had before. Does nothing when no command was started.
void kill_leftovers();

}  // namespace lark_batch::healthcheck
