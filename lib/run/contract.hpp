// What a program's exit code means to who started it.
#pragma once

namespace lark_batch::run {

// What the exit code says. `common` is the table of errors::ExitCode.
// `monitoring` is the contract of monitoring plugins: 0 OK, 1 WARNING,
// 2 CRITICAL, 3 UNKNOWN, which is also the answer to wrong usage, a wrong
// configuration, a stop and a bug of ours; only a run that is skipped as
// disabled or misfired ends with 75 there, too.
// https://www.monitoring-plugins.org/doc/guidelines.html
enum class Contract { common, monitoring };

}  // namespace lark_batch::run
