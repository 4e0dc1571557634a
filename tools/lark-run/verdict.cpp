#include "tools/lark-run/verdict.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace lark_batch::lark_run {

namespace {

constexpr int k_cannot_execute = 126;
constexpr int k_not_found = 127;
constexpr int k_signalled = 128;
constexpr int k_skipped = to_int(errors::ExitCode::skipped);

std::string words_for(const Ended& ended) {
    if (ended.cannot_start != 0) {
        return fmt::format("cannot be started: {}",
                           strerror(ended.cannot_start));
    }
    if (ended.last.signal != 0) {
        const char* const name = sigabbrev_np(ended.last.signal);
        return fmt::format("was ended by signal {} (SIG{})", ended.last.signal,
                           name == nullptr ? "?" : name);
    }
    return fmt::format("ended with exit code {}", ended.last.code);
}

std::string hint_for(const Ended& ended) {
    if (ended.cannot_start == ENOENT) {
        return "give its whole path, or set PATH; a script needs the program "
               "of its first line, too";
    }
    if (ended.cannot_start == ENOEXEC) {
        return "give the script a first line such as #!/bin/sh";
    }
    if (ended.cannot_start == 0 && ended.last.code == k_skipped) {
        return "whoever started lark-run takes 75 for a skipped run: see "
               "--success-codes and --partial-codes";
    }
    return {};
}

}  // namespace

int shell_code(const Ended& ended) {
    if (ended.cannot_start != 0) {
        return ended.cannot_start == ENOENT ? k_not_found : k_cannot_execute;
    }
    return ended.last.signal != 0 ? k_signalled + ended.last.signal
                                  : ended.last.code;
}

Verdict judge(const Ended& ended, const config::CommandSettings& settings) {
    Verdict verdict;
    verdict.words = words_for(ended);
    const bool by_itself = ended.cannot_start == 0 && ended.last.signal == 0;
    const auto code = static_cast<std::size_t>(shell_code(ended));
    const auto is_in = [&](const std::string& codes) {
        return by_itself && config::parse_exit_codes(codes)->test(code);
    };
    if (is_in(settings.success_codes) || (by_itself && code == 0)) {
        return verdict;
    }
    if (is_in(settings.partial_codes)) {
        verdict.outcome = run::Outcome::partial;
        verdict.exit_code = to_int(errors::ExitCode::partial);
        return verdict;
    }
    verdict.outcome = run::Outcome::failure;
    verdict.exit_code = static_cast<int>(code);
    verdict.hint = hint_for(ended);
    verdict.may_pass = ended.cannot_start == 0;
    return verdict;
}

}  // namespace lark_batch::lark_run
