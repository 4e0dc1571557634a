#include "lib/process/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "lib/process/family.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::process {

namespace {

// posix_spawn's two structures.
class SpawnPlan {
public:
    explicit SpawnPlan(const Order& order) {
        posix_spawn_file_actions_init(&m_actions);
        posix_spawnattr_init(&m_attributes);
        give(order.in, 0);
        give(order.out, 1);
        give(order.err, 2);
        // Behind them, because their pipes may have this number.
        if (order.third >= 0) {
            give(order.third, 3);
        }
        posix_spawn_file_actions_addclosefrom_np(&m_actions,
                                                 order.third < 0 ? 3 : 4);
        if (!order.folder.empty()) {
            posix_spawn_file_actions_addchdir_np(&m_actions,
                                                 order.folder.c_str());
        }
        detach(order);
    }
    ~SpawnPlan() {
        posix_spawnattr_destroy(&m_attributes);
        posix_spawn_file_actions_destroy(&m_actions);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    const posix_spawn_file_actions_t* actions() const { return &m_actions; }
    const posix_spawnattr_t* attributes() const { return &m_attributes; }

private:
    void give(int ours, int theirs);
    void detach(const Order& order);

    posix_spawn_file_actions_t m_actions;
    posix_spawnattr_t m_attributes;
};

void SpawnPlan::give(int ours, int theirs) {
    if (ours >= 0) {
        // The same number loses its close-on-exec flag here (POSIX).
        posix_spawn_file_actions_adddup2(&m_actions, ours, theirs);
    } else {
        posix_spawn_file_actions_addopen(&m_actions, theirs, "/dev/null",
                                         theirs == 0 ? O_RDONLY : O_WRONLY, 0);
    }
}

void SpawnPlan::detach(const Order& order) {
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);  // lib/run ignores it
    if (order.default_signals) {
        sigfillset(&defaults);
    }
    posix_spawnattr_setsigmask(&m_attributes, &none);
    posix_spawnattr_setsigdefault(&m_attributes, &defaults);
    posix_spawnattr_setpgroup(&m_attributes, 0);
    const int group =
        order.own_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
    posix_spawnattr_setflags(&m_attributes,
                             static_cast<short>(POSIX_SPAWN_SETSIGMASK |
                                                POSIX_SPAWN_SETSIGDEF | group));
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (const std::string& word : words) {
        // exec changes nothing of it; POSIX kept C's old form.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
        pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

pid_t spawn(const Order& order) {
    adopt_orphans();
    const SpawnPlan plan{order};
    pid_t pid = -1;
    const int fault = posix_spawnp(
        &pid, order.argv.front().c_str(), plan.actions(), plan.attributes(),
        pointers_to(order.argv).data(), pointers_to(order.environment).data());
    if (fault != 0) {
        throw CannotStart{fmt::format("cannot start {}: {}", name_of(order),
                                      std::strerror(fault)),
                          fault};
    }
    return pid;
}

}  // namespace

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw errors::Error{errors::Kind::config,
                            fmt::format("no pipe: {}", std::strerror(errno))};
    }
    Pipe made{files::Descriptor{ends[0]}, files::Descriptor{ends[1]}};
    fcntl(made.read.get(), F_SETFL, O_NONBLOCK);
    return made;
}

std::string name_of(const Order& order) {
    const std::string& path = order.argv.front();
    return text::excerpt(path.substr(path.rfind('/') + 1), 60);
}

// Not pidfd_open(): glibc 2.36 declares it without extern "C".
Child::Child(const Order& order)
    : m_pid(spawn(order)),
      m_handle(static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0))) {}

Child::~Child() {
    end();
}

bool Child::ended() const {
    siginfo_t found{};
    return m_pid < 0 ||
           waitid(P_PID, static_cast<id_t>(m_pid), &found,
                  WEXITED | WNOHANG | WNOWAIT) != 0 ||
           found.si_pid != 0;
}

void Child::signal(int number) const {
    if (m_pid > 0) {
        kill(-m_pid, number);
        kill(m_pid, number);
    }
}

End Child::end(Rest rest) {
    End end;
    if (m_pid > 0) {
        if (rest == Rest::is_killed) {
            signal(SIGKILL);
        }
        int status = 0;
        while (waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
        }
        m_pid = -1;
        end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }
    return end;
}

}  // namespace lark_batch::process
