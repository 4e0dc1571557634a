// What the database keeps of checks, as named functions. All throw what
// lib/db throws.
#pragma once

#include <string>
#include <vector>

#include "lib/db/connection.hpp"

namespace lark_batch::healthcheck {

// All of check_states, in the form of parse_memory().
std::string load_states(db::Connection& connection);

// One transaction: the results, {"run_id":...,"results":[{"name","state",
// "latency","message","at"}]}, unless they are there; and the states, in the
// form of to_json(), where they are newer.
void save(db::Connection& connection, const std::string& results,
          const std::string& states);

// Results of earlier runs, one JSON object each, in one transaction. Returns
// what was wrong with those that the database does not take.
std::vector<std::string> save_waiting(db::Connection& connection,
                                      const std::vector<std::string>& results);

// Of one check, newest first.
struct PastResult {
    long long at = 0;  // milliseconds since 1970
    std::string state;
    double seconds = 0;
    std::string message;
};
std::vector<PastResult> past_results(db::Connection& connection,
                                     const std::string& check, int limit);

// Fills the session's table `conditions` (lib/db/notices.hpp) from a JSON
// array of {"topic","label","level","facts"}.
void fill_conditions(db::Connection& connection, const std::string& json);

}  // namespace lark_batch::healthcheck
