#include "tools/lark-healthcheck/kinds/child_process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <memory>
#include <mutex>

#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

using clock::Deadline;
using clock::Duration;
using files::Descriptor;

constexpr std::size_t k_most_output = 64u << 10;
constexpr Duration k_grace{500};
// For ending what hangs, and for telling of it in time.
constexpr Duration k_reserve{700};
// For what dies at once; what the kernel holds is not waited for.
constexpr Duration k_burial{300};

std::once_flag g_first;
std::atomic<bool> g_started = false;
// A shell that becomes this program by exec leaves it its own children.
std::vector<pid_t> g_inherited;

[[noreturn]] void refuse(const std::string& what, int number) {
    throw errors::Error{errors::Kind::config,
                        fmt::format("{}: {}", what, std::strerror(number))};
}

struct Pipe {
    Descriptor read;
    Descriptor write;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        refuse("no pipe", errno);
    }
    Pipe made{Descriptor{ends[0]}, Descriptor{ends[1]}};
    fcntl(made.read.get(), F_SETFL, O_NONBLOCK);
    return made;
}

// posix_spawn's two structures.
class SpawnPlan {
public:
    SpawnPlan(const ChildOrder& order, int out, int err) {
        posix_spawn_file_actions_init(&m_actions);
        posix_spawnattr_init(&m_attributes);
        posix_spawn_file_actions_addopen(&m_actions, 0, "/dev/null", O_RDONLY,
                                         0);
        posix_spawn_file_actions_adddup2(&m_actions, out, 1);
        posix_spawn_file_actions_adddup2(&m_actions, err, 2);
        posix_spawn_file_actions_addclosefrom_np(&m_actions, 3);
        posix_spawn_file_actions_addchdir_np(&m_actions, order.folder.c_str());
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&m_attributes, &none);
        posix_spawnattr_setsigdefault(&m_attributes, &all);
        posix_spawnattr_setpgroup(&m_attributes, 0);
        posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETPGROUP);
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
    posix_spawn_file_actions_t m_actions;
    posix_spawnattr_t m_attributes;
};

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

std::string name_of(const ChildOrder& order) {
    const std::string& path = order.argv.front();
    return text::excerpt(path.substr(path.rfind('/') + 1), 60);
}

// "(name) S 123 ...": a name may hold brackets and blanks.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
pid_t parent_of(const std::string& pid) {
    std::string line;
    std::getline(std::ifstream{"/proc/" + pid + "/stat"}, line);
    const auto behind_name = line.rfind(") ");
    if (behind_name == std::string::npos) {
        return -1;
    }
    const auto fields = text::split(line.substr(behind_name + 2), ' ');
    return fields.size() < 2 ? -1
                             : static_cast<pid_t>(
                                   text::parse_integer(fields[1]).value_or(-1));
}

// Without those that we began with.
std::vector<pid_t> children() {
    std::vector<pid_t> found;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder{opendir("/proc"),
                                                     closedir};
    while (const dirent* entry = folder ? readdir(folder.get()) : nullptr) {
        const auto pid = text::parse_integer(entry->d_name);
        if (pid && parent_of(entry->d_name) == getpid() &&
            std::ranges::find(g_inherited, *pid) == g_inherited.end()) {
            found.push_back(static_cast<pid_t>(*pid));
        }
    }
    return found;
}

pid_t spawn(const ChildOrder& order, int out, int err) {
    std::call_once(g_first, [] {
        g_inherited = children();
        // Orphaned grandchildren come to us, and not to init.
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        g_started = true;
    });
    const SpawnPlan plan{order, out, err};
    pid_t pid = -1;
    const int fault = posix_spawnp(
        &pid, order.argv.front().c_str(), plan.actions(), plan.attributes(),
        pointers_to(order.argv).data(), pointers_to(order.environment).data());
    if (fault != 0) {
        refuse("cannot start " + name_of(order), fault);
    }
    return pid;
}

// One child and what it says.
class Child {
public:
    explicit Child(const ChildOrder& order) {
        Pipe out = make_pipe();
        Pipe err = make_pipe();
        m_pid = spawn(order, out.write.get(), err.write.get());
        // Not pidfd_open(): glibc 2.36 declares it without extern "C".
        m_handle =
            Descriptor{static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0))};
        m_out.pipe = std::move(out.read);
        m_err.pipe = std::move(err.read);
    }
    // Whatever happened, nothing of its group lives on.
    ~Child() { reap(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // Reads on until it has ended; false when that took too long.
    bool ended_by(const Deadline& deadline);
    // To the group, and to itself in case it went into another one.
    void signal(int number) const {
        kill(-m_pid, number);
        kill(m_pid, number);
    }
    ChildEnd end();

private:
    struct Stream {
        Descriptor pipe;
        std::string text;
    };

    static void drain(Stream& stream);
    void reap();

    pid_t m_pid = -1;
    Descriptor m_handle;
    Stream m_out;
    Stream m_err;
    int m_status = 0;
};

// What is beyond the bound is read, too: the program must not hang on it.
void Child::drain(Stream& stream) {
    std::array<char, 4096> part{};
    // Bounded, because a program may write faster than we read.
    for (int round = 0; round < 64 && stream.pipe.get() >= 0; ++round) {
        const ssize_t got = read(stream.pipe.get(), part.data(), part.size());
        if (got == 0) {
            stream.pipe = Descriptor{};
        }
        if (got <= 0) {
            return;
        }
        const std::size_t room = k_most_output - stream.text.size();
        stream.text.append(part.data(),
                           std::min(room, static_cast<std::size_t>(got)));
    }
}

bool Child::ended_by(const Deadline& deadline) {
    for (;;) {
        std::array<pollfd, 3> watched{{{m_handle.get(), POLLIN, 0},
                                       {m_out.pipe.get(), POLLIN, 0},
                                       {m_err.pipe.get(), POLLIN, 0}}};
        const auto left = deadline.at_most(Duration{60'000});
        poll(watched.data(), watched.size(), static_cast<int>(left.count()));
        drain(m_out);
        drain(m_err);
        if ((watched[0].revents & POLLIN) != 0) {
            return true;
        }
        if (deadline.passed()) {
            return false;
        }
    }
}

// While the leader is not reaped, nobody else can have the group's number.
void Child::reap() {
    if (m_pid > 0) {
        signal(SIGKILL);
        while (waitpid(m_pid, &m_status, 0) < 0 && errno == EINTR) {
        }
        m_pid = -1;
    }
}

ChildEnd Child::end() {
    reap();
    drain(m_out);
    drain(m_err);
    ChildEnd end;
    end.code = WIFEXITED(m_status) ? WEXITSTATUS(m_status) : -1;
    end.signal = WIFSIGNALED(m_status) ? WTERMSIG(m_status) : 0;
    end.out = std::move(m_out.text);
    end.err = std::move(m_err.text);
    return end;
}

}  // namespace

ChildEnd run_child(const ChildOrder& order, const Deadline& deadline) {
    Child child{order};
    const Duration left = deadline.remaining();
    const Duration reserve = std::min(k_reserve, left / 3);
    auto& clock = clock::system_clock();
    const Deadline own{clock, left == Duration::max() ? left : left - reserve};
    const bool in_time = child.ended_by(own);
    if (!in_time) {
        child.signal(SIGTERM);
        child.ended_by(Deadline{clock, std::min(k_grace, reserve * 2 / 3)});
    }
    ChildEnd end = child.end();
    end.in_time = in_time;
    return end;
}

void kill_children() {
    if (!g_started) {
        return;
    }
    // Children of those that die become ours: again, until there are none.
    const Deadline deadline{clock::system_clock(), k_burial};
    for (auto found = children(); !found.empty() && !deadline.passed();
         found = children()) {
        for (const pid_t pid : found) {
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, WNOHANG);
        }
        poll(nullptr, 0, 1);
    }
}

}  // namespace lark_batch::healthcheck
