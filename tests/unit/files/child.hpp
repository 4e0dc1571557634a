// Another process of this very program, for what only two processes can
// show: locks, and writers on the side.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <functional>

namespace lark_batch::files {

class Child {
public:
    // Runs `work`; an exception is exit code 1.
    explicit Child(const std::function<void()>& work) : m_pid(fork()) {
        if (m_pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            try {
                work();
            } catch (const std::exception&) {
                _exit(1);
            }
            _exit(0);
        }
    }
    ~Child() { kill9(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return m_pid; }

    // Its exit code, -1 after a signal.
    int wait() {
        int status = 0;
        waitpid(m_pid, &status, 0);
        m_pid = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    void kill9() {
        if (m_pid > 0) {
            kill(m_pid, SIGKILL);
            wait();
        }
    }

private:
    pid_t m_pid;
};

}  // namespace lark_batch::files
