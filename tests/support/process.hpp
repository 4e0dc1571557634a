// Programs that a test starts. Nothing outlives the test: each child leads a
// process group of its own, is ended by the destructor, and gets a signal
// from the kernel when the thread that started it dies.
//
// Trap: that last guard follows the *thread*. Start long-lived programs from
// a thread that lives as long as they shall.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/file_descriptor.hpp"
#include "tests/support/wait.hpp"

namespace lark_batch::test {

using Environment = std::vector<std::pair<std::string, std::string>>;

struct Command {
    std::vector<std::string> argv{};   // argv[0] is looked up in PATH
    Environment env{};                 // added to, or replacing, our own
    std::vector<std::string> unset{};  // variables the child must not see
    std::string input{};               // what stdin holds
    std::filesystem::path working_dir{};
    std::string user{};                // run as this user (we must be root)
    std::filesystem::path out_file{};  // empty: captured in memory
    std::filesystem::path err_file{};
    int death_signal = SIGKILL;  // when our thread dies; 0: none
};

struct Finished {
    int exit_code = -1;  // -1 when a signal ended it
    int signal = 0;
    std::string out{};
    std::string err{};
    double seconds = 0;
    double cpu_seconds = 0;
    // Trap: the kernel counts our own size at the time of the fork, too.
    long max_rss_kib = 0;
};

class Process {
public:
    // Throws std::runtime_error when the program cannot be started.
    explicit Process(const Command& command);
    Process(Process&& other) noexcept;
    Process& operator=(Process&&) = delete;
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    // terminate(), unless it has ended before.
    ~Process();

    pid_t pid() const { return m_pid; }
    bool running();

    // What it came to, or nothing when it still runs at the end of `limit`.
    std::optional<Finished> wait(Milliseconds limit);

    // To the program itself, not to its group.
    void signal(int number);

    // TERM to the group, and KILL when that does not end it in time.
    Finished terminate(Milliseconds grace = std::chrono::seconds{5});
    Finished kill9();

    // Lets it run on when this object dies; the caller keeps the pid.
    pid_t release();

    // Everything written so far.
    std::string out() const;
    std::string err() const;

private:
    bool ended(Milliseconds limit) const;
    Finished reap();

    std::string m_name;
    pid_t m_pid = -1;
    bool m_owned = true;
    std::chrono::steady_clock::time_point m_started;
    FileDescriptor m_handle;  // a pidfd
    FileDescriptor m_out;
    FileDescriptor m_err;
    std::optional<Finished> m_finished;
};

// Runs to the end. Throws std::runtime_error when the time is over.
Finished run(const Command& command,
             Milliseconds timeout = std::chrono::seconds{60});
Finished run(const std::vector<std::string>& argv, const Environment& env = {},
             const std::string& input = {},
             Milliseconds timeout = std::chrono::seconds{60});

// The program's path from PATH. Throws std::runtime_error that names the
// Debian package to install.
std::filesystem::path find_program(const std::string& name,
                                   const std::string& package);

// "nobody" when we are root, for servers that refuse root; else empty, which
// Command::user takes as ourselves.
std::string server_user();

// Makes the user of that name the owner; does nothing for an empty name.
void give_to(const std::filesystem::path& path, const std::string& user);

}  // namespace lark_batch::test
