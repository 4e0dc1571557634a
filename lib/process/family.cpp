#include "lib/process/family.hpp"

#include <dirent.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/text/strings.hpp"

namespace lark_batch::process {

namespace {

std::once_flag g_first;
std::atomic<bool> g_started = false;
std::vector<pid_t> g_inherited;

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

using Parents = std::multimap<pid_t, pid_t>;  // of a parent, a child

Parents all_processes() {
    Parents all;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder{opendir("/proc"),
                                                     closedir};
    while (const dirent* entry = folder ? readdir(folder.get()) : nullptr) {
        if (const auto pid = text::parse_integer(entry->d_name)) {
            all.emplace(parent_of(entry->d_name), static_cast<pid_t>(*pid));
        }
    }
    return all;
}

// Children first, then theirs.
std::vector<pid_t> family() {
    const Parents all = all_processes();
    std::vector<pid_t> found{getpid()};
    for (std::size_t next = 0; next < found.size(); ++next) {
        const auto [first, last] = all.equal_range(found[next]);
        for (auto child = first; child != last; ++child) {
            if (std::ranges::find(g_inherited, child->second) ==
                g_inherited.end()) {
                found.push_back(child->second);
            }
        }
    }
    found.erase(found.begin());
    return found;
}

bool has_children() {
    siginfo_t ignored{};
    return waitid(P_ALL, 0, &ignored, WEXITED | WNOHANG | WNOWAIT) == 0 ||
           errno != ECHILD;
}

}  // namespace

void adopt_orphans() {
    std::call_once(g_first, [] {
        // Ignored, as some starters leave it, the kernel would keep no end
        // of a child for us.
        static_cast<void>(std::signal(SIGCHLD, SIG_DFL));
        if (has_children()) {
            g_inherited = family();
        }
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        g_started = true;
    });
}

bool is_alone() {
    if (!g_started) {
        return true;
    }
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return !has_children() || family().empty();
}

bool signal_family(int number) {
    const std::vector<pid_t> all = family();
    for (const pid_t pid : all) {
        kill(pid, number);
    }
    return !all.empty();
}

bool kill_family(clock::Duration limit) {
    const clock::Deadline deadline{clock::system_clock(), limit};
    while (!is_alone()) {
        if (deadline.passed()) {
            return false;
        }
        // Those that fork on meanwhile are met by the next round.
        signal_family(SIGKILL);
        poll(nullptr, 0, 1);
    }
    return true;
}

}  // namespace lark_batch::process
