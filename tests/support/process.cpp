#include "tests/support/process.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "tests/support/spawn.hpp"

namespace lark_batch::test {

namespace {

std::string content(int descriptor) {
    std::string all;
    char buffer[16384];
    ssize_t got = 0;
    // pread, because the child shares our offset.
    while ((got = ::pread(descriptor, buffer, sizeof buffer,
                          static_cast<off_t>(all.size()))) > 0) {
        all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
}

void set_status(Finished& finished, int status) {
    if (WIFEXITED(status)) {
        finished.exit_code = WEXITSTATUS(status);
    } else if (WIFSIGNALED(status)) {
        finished.signal = WTERMSIG(status);
    }
}

}  // namespace

Process::Process(const Command& command)
    : m_name(command.argv.at(0)),
      m_started(std::chrono::steady_clock::now()),
      m_out(capture(command.out_file)),
      m_err(capture(command.err_file)) {
    m_pid = spawn(command, m_out.get(), m_err.get());
    // Not pidfd_open(): glibc 2.36 declares it without extern "C".
    m_handle =
        FileDescriptor{static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0))};
    if (m_handle.get() < 0) {
        throw std::system_error(errno, std::generic_category(), "pidfd_open");
    }
}

Process::Process(Process&& other) noexcept
    : m_name(std::move(other.m_name)),
      m_pid(other.m_pid),
      m_owned(std::exchange(other.m_owned, false)),
      m_started(other.m_started),
      m_handle(std::move(other.m_handle)),
      m_out(std::move(other.m_out)),
      m_err(std::move(other.m_err)),
      m_finished(std::move(other.m_finished)) {}

Process::~Process() {
    if (m_owned && !m_finished) {
        terminate(std::chrono::seconds{2});
    }
}

bool Process::running() {
    return !wait(Milliseconds{0});
}

std::optional<Finished> Process::wait(Milliseconds limit) {
    if (!m_finished && ended(limit)) {
        reap();
    }
    return m_finished;
}

void Process::signal(int number) {
    if (!m_finished) {
        ::kill(m_pid, number);
    }
}

Finished Process::terminate(Milliseconds grace) {
    if (m_finished) {
        return *m_finished;
    }
    ::kill(-m_pid, SIGTERM);
    // A stopped process takes no signal but these two.
    ::kill(-m_pid, SIGCONT);
    ended(grace);
    return kill9();
}

Finished Process::kill9() {
    if (m_finished) {
        return *m_finished;
    }
    // Before reaping: until then the number of the group is surely ours.
    ::kill(-m_pid, SIGKILL);
    return reap();
}

pid_t Process::release() {
    m_owned = false;
    return m_pid;
}

std::string Process::out() const {
    return content(m_out.get());
}

std::string Process::err() const {
    return content(m_err.get());
}

bool Process::ended(Milliseconds limit) const {
    pollfd wanted{m_handle.get(), POLLIN, 0};
    int ready = 0;
    while ((ready = ::poll(&wanted, 1, static_cast<int>(limit.count()))) < 0 &&
           errno == EINTR) {
    }
    return ready > 0;
}

Finished Process::reap() {
    int status = 0;
    rusage usage{};
    while (::wait4(m_pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    const auto end = std::chrono::steady_clock::now();
    Finished finished;
    set_status(finished, status);
    finished.seconds = std::chrono::duration<double>(end - m_started).count();
    finished.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    finished.max_rss_kib = usage.ru_maxrss;
    finished.out = out();
    finished.err = err();
    m_finished = finished;
    return finished;
}

Finished run(const Command& command, Milliseconds timeout) {
    Process process{command};
    const auto finished = process.wait(timeout);
    if (!finished) {
        const auto killed = process.kill9();
        throw std::runtime_error(
            "'" + command.argv.front() + "' ran longer than " +
            std::to_string(timeout.count()) + " ms; its stderr: " + killed.err);
    }
    return *finished;
}

Finished run(const std::vector<std::string>& argv, const Environment& env,
             const std::string& input, Milliseconds timeout) {
    Command command;
    command.argv = argv;
    command.env = env;
    command.input = input;
    return run(command, timeout);
}

}  // namespace lark_batch::test
