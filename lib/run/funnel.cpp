#include "lib/run/funnel.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <exception>
#include <iostream>
#include <typeinfo>

#include "lib/log/log.hpp"
#include "lib/run/signals.hpp"

namespace lark_batch::run {

namespace {

std::atomic<bool> g_abandoned = false;

errors::Error bug(const std::exception& fault) {
    return errors::Error{
        errors::Kind::bug,
        fmt::format("unexpected {}: {}", typeid(fault).name(), fault.what()),
        "please report this with the log of the run"};
}

}  // namespace

int exit_code_for(errors::Kind kind, Contract contract) {
    if (contract == Contract::monitoring && kind != errors::Kind::skipped) {
        return k_unknown;
    }
    if (kind == errors::Kind::stopped && stop_signal() == SIGINT) {
        return to_int(errors::ExitCode::interrupted);
    }
    return to_int(errors::exit_code_of(kind));
}

void abandon_threads() {
    g_abandoned = true;
}

bool has_abandoned_threads() {
    return g_abandoned;
}

void report(const std::string& program, const errors::Error& error) {
    const bool usage = error.kind() == errors::Kind::usage;
    const std::string hint = error.hint().empty() && usage
                                 ? program + " --help lists the options"
                                 : error.hint();
    if (log::format() != log::Format::text) {
        if (hint.empty()) {
            log::error(error.what());
        } else {
            log::error(error.what(), {{"hint", hint}});
        }
        return;
    }
    std::cerr << program << ": " << error.what() << '\n';
    if (!hint.empty()) {
        std::cerr << "hint: " << hint << '\n';
    }
}

int funnel(const std::string& program, const std::function<int()>& work,
           Contract contract) {
    try {
        return work();
    } catch (const errors::Error& error) {
        report(program, error);
        return exit_code_for(error.kind(), contract);
    } catch (const std::exception& fault) {
        const errors::Error error = bug(fault);
        report(program, error);
        return exit_code_for(error.kind(), contract);
    }
}

}  // namespace lark_batch::run
