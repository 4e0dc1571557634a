// The classes of what is cleaned, in the order in which they are: what
// depends on others comes before them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace lark_batch::cleanup {

enum class Place { rows, staging, spool, reports, gateway };

struct Class {
    std::string_view name;  // in options, results and metrics
    Place place;
    std::chrono::hours retention;  // unless configured; 0: it has none
    std::string_view help;         // "keep them this long after ..."
};

namespace parts {
using Days = std::chrono::duration<int, std::ratio<86'400>>;
}  // namespace parts

inline constexpr std::array k_classes{
    Class{"refresh_journal", Place::rows, parts::Days{90},
          "the journal of token refreshes, after the refresh"},
    Class{"notices", Place::rows, parts::Days{90},
          "what was told to whom, after it was last sent"},
    Class{"tokens_expired", Place::rows, parts::Days{7},
          "tokens, after their last moment"},
    Class{"tokens_revoked", Place::rows, parts::Days{30},
          "revoked tokens, after the revocation"},
    Class{"tokens_needs_login", Place::rows, parts::Days{90},
          "tokens that wait for a login, after their last change"},
    Class{"directory_changes", Place::rows, parts::Days{400},
          "the history of the directory, after the change"},
    Class{"departed_users", Place::rows, parts::Days{400},
          "departed people and departments, after their departure"},
    Class{"check_results", Place::rows, parts::Days{30},
          "results of health checks, after the check"},
    Class{"task_runs", Place::rows, parts::Days{180},
          "the history of runs, after their end"},
    Class{"staging", Place::staging, parts::Days{0},
          "tables that a sync left behind when the server crashed"},
    Class{"spool", Place::spool, parts::Days{30},
          "leftovers in the state directory, after their last change"},
    Class{"reports", Place::reports, parts::Days{90},
          "report files, after their last change"},
    Class{"pushgateway_groups", Place::gateway, parts::Days{30},
          "metric groups on the Pushgateway, after their last push"},
};

// The place of the class in k_classes. Throws Error(bug) for a strange name.
std::size_t index_of(std::string_view name);

}  // namespace lark_batch::cleanup
