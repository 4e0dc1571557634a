// Results as a CI system reads them: a test case for each check.
#pragma once

#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "tools/lark-healthcheck/outcome.hpp"

namespace lark_batch::healthcheck {

// What the exit code counts is a failure (CRITICAL, and WARNING unless
// `fail_on` says otherwise) or an error (UNKNOWN); the rest has passed, or is
// skipped. A document with its newline.
std::string junit_text(const std::vector<Outcome>& outcomes,
                       const Summary& summary, const std::string& fail_on);

// For a run without results: one case that says why.
std::string junit_text(const errors::Error& error);

}  // namespace lark_batch::healthcheck
