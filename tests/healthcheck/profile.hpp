// A shipped profile of docs/examples, run against the servers of a test.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace lark_batch::test {

// What one run said.
class Verdict {
public:
    explicit Verdict(const Finished& finished);

    int exit_code() const { return m_exit_code; }
    // Names of the checks in that state, in the file's order: "nats, redis".
    std::string in(const std::string& state) const;
    std::string critical() const { return in("critical"); }
    std::string skipped() const { return in("skipped"); }
    // Names with the states of all that are not ok: one look at a failure.
    std::string troubles() const;
    // Empty for a name that there is none of.
    std::string message(const std::string& name) const;

private:
    struct Row {
        std::string name;
        std::string state;
        std::string message;
    };
    int m_exit_code;
    std::vector<Row> m_rows;
};

// Texts of a profile, and what stands for them in a test.
using Swaps = std::map<std::string, std::string>;

class Profile {
public:
    // A copy of docs/examples/<name> with each first text replaced by its
    // second. Throws std::runtime_error when one of them does not occur, or
    // when an address or path outside of the test is left.
    Profile(const std::string& name, const Swaps& swaps);

    // The file of that name in `credentials`.
    void secret(const std::string& name, const std::string& value) const;
    // A file or, with a slash at its end, a folder of the test's own, for
    // the profile to look at; returns its path.
    const TempDir& dir() const { return m_dir; }

    // Runs its checks without a record; the rest is added to the command.
    Verdict look(const std::vector<std::string>& more = {}) const;
    Finished run(const std::vector<std::string>& more) const;

private:
    TempDir m_dir;
    std::filesystem::path m_file;
};

// "127.0.0.1:<port>", and such an address that nobody listens at.
std::string loopback(int port);
std::string nobody();

}  // namespace lark_batch::test
