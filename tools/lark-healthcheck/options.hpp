// What lark-healthcheck can be told beside the shared settings.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "lib/config/option.hpp"
#include "lib/config/shared_options.hpp"
#include "tools/lark-healthcheck/check.hpp"

namespace lark_batch::healthcheck {

struct Options {
    // The command: empty (run the checks), "list", "explain", or a kind, for
    // the one check that the command line describes.
    std::string command;
    std::vector<std::string> words;  // behind it: a check's name, a target

    std::vector<std::string> names;  // --check
    std::vector<std::string> groups;
    std::vector<std::string> kinds;
    std::string format = "auto";
    std::string fail_on = "warning";
    text::Milliseconds watch{0};  // between rounds; zero: one round
    bool record = true;
    bool notify = false;
    long long parallel = 256;
    std::string prometheus_url = "http://127.0.0.1:9090";
    std::string alertmanager_url = "http://127.0.0.1:9093";

    config::TaskSettings siblings;  // our other tasks, by name
    std::deque<Check> checks;       // every [[check]], in the file's order
    std::shared_ptr<Check> ad_hoc;  // of the command line, if there is one

    // The program's set, with the options of the chosen command in it.
    config::OptionSet* declared = nullptr;

    // Only looks: nothing is locked, recorded or pushed.
    bool only_looks() const;
    // Those to be run, in the file's order.
    std::vector<const Check*> chosen() const;
};

// `options` must stay where it is.
void declare(config::OptionSet& set, Options& options);

// list, explain, and a command for each kind.
std::vector<config::Command> commands(Options& options);

}  // namespace lark_batch::healthcheck
