#include "lib/errors/error.hpp"

namespace lark_batch::errors {

ExitCode exit_code_of(Kind kind) {
    switch (kind) {
        case Kind::failed:
        case Kind::timeout:
            return ExitCode::failed;
        case Kind::usage:
            return ExitCode::usage;
        case Kind::config:
            return ExitCode::config;
        case Kind::unavailable:
            return ExitCode::unavailable;
        case Kind::denied:
            return ExitCode::denied;
        case Kind::skipped:
            return ExitCode::skipped;
        case Kind::stopped:
            return ExitCode::terminated;
        case Kind::bug:
            break;
    }
    return ExitCode::bug;
}

}  // namespace lark_batch::errors
