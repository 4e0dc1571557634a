#include "lib/run/funnel.hpp"

#include <fmt/format.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <typeinfo>

#include "lib/log/log.hpp"
#include "lib/run/signals.hpp"

namespace lark_batch::run {

namespace {

errors::Error bug(const std::exception& fault) {
    return errors::Error{
        errors::Kind::bug,
        fmt::format("unexpected {}: {}", typeid(fault).name(), fault.what()),
        "please report this with the log of the run"};
}

}  // namespace

errors::ExitCode exit_code_for(errors::Kind kind) {
    if (kind == errors::Kind::stopped && stop_signal() == SIGINT) {
        return errors::ExitCode::interrupted;
    }
    return errors::exit_code_of(kind);
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

int funnel(const std::string& program, const std::function<int()>& work) {
    try {
        return work();
    } catch (const errors::Error& error) {
        report(program, error);
        return to_int(exit_code_for(error.kind()));
    } catch (const std::exception& fault) {
        const errors::Error error = bug(fault);
        report(program, error);
        return to_int(exit_code_for(error.kind()));
    }
}

}  // namespace lark_batch::run
