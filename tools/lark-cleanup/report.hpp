// What became of each class, and how people and programs are told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lib/errors/error.hpp"
#include "tools/lark-cleanup/classes.hpp"

namespace lark_batch::cleanup {

struct ClassReport {
    std::string name{};
    bool ran = false;  // false: switched off, or the run ended before it
    std::int64_t eligible = 0;  // past its retention and not held
    std::int64_t deleted = 0;
    std::int64_t backlog = 0;  // eligible and still there
    std::int64_t held = 0;
    std::string oldest{};  // of the eligible, UTC; empty without any
    double bytes = 0;      // of the eligible, an estimate for rows
    double seconds = 0;
    std::int64_t idle_runs = 0;
    std::string note{};  // what else is to be said, one sentence
    std::optional<errors::Error> error{};
};

struct Vacuums {
    std::vector<std::string> done{};
    std::vector<std::string> left{};  // to the server's autovacuum
};

std::string classes_json(const std::vector<ClassReport>& classes);
std::string vacuums_json(const Vacuums& vacuums);
std::string classes_table(const std::vector<ClassReport>& classes,
                          bool dry_run);

// "1200 deleted, 30 left"
std::string summary_of(const std::vector<ClassReport>& classes);

}  // namespace lark_batch::cleanup
