// The one exception type. Library code throws it when the work cannot go on;
// only lib/run catches it for good, prints it and turns its kind into the
// exit code.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "lib/errors/exit_code.hpp"

namespace lark_batch::errors {

// What went wrong, as far as a caller can act on it.
enum class Kind {
    failed,       // the job cannot be done, nobody else is to blame
    usage,        // the command line is wrong
    config,       // configuration, schema version or stored state is wrong
    unavailable,  // a dependency did not answer; trying later may help
    denied,       // Lark refused credentials or permissions
    skipped,      // the run must not happen now: lock, misfire, disabled
    stopped,      // SIGINT or SIGTERM asked us to stop
    timeout,      // the run's own deadline has passed
    bug,          // our own mistake
};

// A message is one lowercase sentence without full stop, the offending value
// in single quotes. The hint, which may be empty, says what to do next.
// Neither may hold a secret or personal data.
class Error : public std::runtime_error {
public:
    Error(Kind kind, const std::string& message, std::string hint = {})
        : std::runtime_error(message), m_kind(kind), m_hint(std::move(hint)) {}

    Kind kind() const noexcept { return m_kind; }
    const std::string& hint() const noexcept { return m_hint; }

    // The same error with "<context>: " before its message.
    Error within(const std::string& context) const {
        return Error{m_kind, context + ": " + what(), m_hint};
    }

private:
    Kind m_kind;
    std::string m_hint;
};

// The exit code of a run that ended with an error of this kind. `stopped` is
// answered as SIGTERM; the run, which knows the signal, corrects it.
ExitCode exit_code_of(Kind kind);

}  // namespace lark_batch::errors
