#include "tests/support/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace lark_batch::test {

namespace {

namespace fs = std::filesystem;

FileDescriptor checked(int descriptor, const std::string& what) {
    if (descriptor < 0) {
        throw std::system_error(errno, std::generic_category(), what);
    }
    return FileDescriptor{descriptor};
}

FileDescriptor memory(const std::string& text) {
    auto file = checked(::memfd_create("test", MFD_CLOEXEC), "memfd_create");
    std::size_t done = 0;
    while (done < text.size()) {
        const auto put =
            ::write(file.get(), text.data() + done, text.size() - done);
        if (put < 0) {
            throw std::system_error(errno, std::generic_category(), "write");
        }
        done += static_cast<std::size_t>(put);
    }
    ::lseek(file.get(), 0, SEEK_SET);
    return file;
}

struct User {
    bool given = false;
    uid_t uid = 0;
    gid_t gid = 0;
};

User find_user(const std::string& name) {
    if (name.empty()) {
        return {};
    }
    const passwd* entry = ::getpwnam(name.c_str());
    if (entry == nullptr) {
        throw std::runtime_error("there is no user '" + name + "'");
    }
    return {true, entry->pw_uid, entry->pw_gid};
}

fs::path search_path(const std::string& name) {
    const char* variable = std::getenv("PATH");
    std::string rest = variable == nullptr ? "/usr/bin:/bin" : variable;
    while (!rest.empty()) {
        const auto colon = rest.find(':');
        const fs::path file = fs::path{rest.substr(0, colon)} / name;
        if (::access(file.c_str(), X_OK) == 0 && fs::is_regular_file(file)) {
            return file;
        }
        rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
    }
    return {};
}

bool names(const std::string& entry, const std::string& variable) {
    return entry.size() > variable.size() && entry[variable.size()] == '=' &&
           entry.starts_with(variable);
}

std::vector<std::string> environment(const Command& command) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        all.emplace_back(*entry);
    }
    const auto drop = [&](const std::string& variable) {
        std::erase_if(all, [&](const auto& e) { return names(e, variable); });
    };
    std::for_each(command.unset.begin(), command.unset.end(), drop);
    for (const auto& [name, value] : command.env) {
        drop(name);
        all.push_back(name + "=" + value);
    }
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) {
        all.push_back(text.data());
    }
    all.push_back(nullptr);
    return all;
}

// Everything the child needs, made before the fork: after it, another
// thread's lock (malloc's, say) may be held for ever.
struct Prepared {
    std::string program;
    std::vector<std::string> argv;
    std::vector<std::string> env;
    std::vector<char*> argv_pointers;
    std::vector<char*> env_pointers;
    std::string working_dir;
    User user;
    int in = -1;
    int out = -1;
    int err = -1;
    int report = -1;
    int death_signal = 0;
    pid_t parent = 0;
};

bool become(const User& user) {
    // Raw calls: glibc's talk to all threads, of which a fork has only one.
    return !user.given || (::syscall(SYS_setgroups, 0, nullptr) == 0 &&
                           ::syscall(SYS_setgid, user.gid) == 0 &&
                           ::syscall(SYS_setuid, user.uid) == 0);
}

bool settle(const Prepared& with) {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    if (::setpgid(0, 0) != 0 || !become(with.user)) {
        return false;
    }
    // After the change of user, which clears it.
    if (with.death_signal != 0) {
        ::prctl(PR_SET_PDEATHSIG, with.death_signal);
        if (::getppid() != with.parent) {
            ::_exit(127);
        }
    }
    return ::dup2(with.in, 0) >= 0 && ::dup2(with.out, 1) >= 0 &&
           ::dup2(with.err, 2) >= 0 &&
           (with.working_dir.empty() || ::chdir(with.working_dir.c_str()) == 0);
}

[[noreturn]] void become_program(const Prepared& with) {
    if (settle(with)) {
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        ::execve(with.program.c_str(), with.argv_pointers.data(),
                 with.env_pointers.data());
    }
    const int error = errno;
    const auto put = ::write(with.report, &error, sizeof error);
    ::_exit(put > 0 ? 127 : 126);
}

std::string program_of(const Command& command) {
    const std::string& name = command.argv.at(0);
    if (name.find('/') != std::string::npos) {
        return name;
    }
    const auto found = search_path(name);
    if (found.empty()) {
        throw std::runtime_error("no program '" + name + "' in PATH");
    }
    return found.string();
}

void prepare(Prepared& with, const Command& command) {
    with.program = program_of(command);
    with.argv = command.argv;
    with.env = environment(command);
    with.argv_pointers = pointers(with.argv);
    with.env_pointers = pointers(with.env);
    with.working_dir = command.working_dir.string();
    with.user = find_user(command.user);
    with.death_signal = command.death_signal;
    with.parent = ::getpid();
}

// The pipe closes without a word when the exec succeeded.
void check_started(pid_t pid, int report, const std::string& program) {
    int error = 0;
    ssize_t got = 0;
    while ((got = ::read(report, &error, sizeof error)) < 0 && errno == EINTR) {
    }
    if (got > 0) {
        ::waitpid(pid, nullptr, 0);
        throw std::system_error(error, std::generic_category(),
                                "cannot start '" + program + "'");
    }
}

}  // namespace

FileDescriptor capture(const fs::path& file) {
    if (file.empty()) {
        return memory("");
    }
    return checked(
        ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644),
        "cannot open '" + file.string() + "'");
}

pid_t spawn(const Command& command, int out, int err) {
    Prepared with;
    prepare(with, command);
    const auto input = memory(command.input);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe2");
    }
    const FileDescriptor reader{ends[0]};
    FileDescriptor writer{ends[1]};
    with.in = input.get();
    with.out = out;
    with.err = err;
    with.report = writer.get();
    const pid_t pid = ::fork();
    if (pid < 0) {
        throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (pid == 0) {
        become_program(with);
    }
    writer.reset();
    check_started(pid, reader.get(), with.program);
    return pid;
}

fs::path find_program(const std::string& name, const std::string& package) {
    auto found = search_path(name);
    if (found.empty()) {
        throw std::runtime_error("no program '" + name + "' in PATH (install " +
                                 package + ")");
    }
    return found;
}

std::string server_user() {
    return ::geteuid() == 0 ? "nobody" : "";
}

void give_to(const fs::path& path, const std::string& user) {
    const auto owner = find_user(user);
    if (owner.given && ::chown(path.c_str(), owner.uid, owner.gid) != 0) {
        throw std::system_error(errno, std::generic_category(),
                                "cannot give '" + path.string() + "' away");
    }
}

}  // namespace lark_batch::test
