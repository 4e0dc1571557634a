#include "lib/run/locks.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "lib/db/task_lock.hpp"
#include "lib/errors/error.hpp"
#include "lib/run/host.hpp"

namespace lark_batch::run {

namespace {

constexpr clock::Duration k_poll{200};

[[noreturn]] void refuse(const std::string& task, const std::string& holder) {
    throw errors::Error{errors::Kind::skipped,
                        fmt::format("another run of '{}' holds the lock{}{}",
                                    task, holder.empty() ? "" : ": ", holder),
                        "wait for it, or give --lock-wait 10m"};
}

// Tries until it succeeds or the time is over; false then.
bool try_until(const std::function<bool()>& attempt, clock::Duration wait,
               const Tick& tick) {
    clock::Clock& clock = clock::system_clock();
    const clock::Deadline end{clock, wait};
    while (!attempt()) {
        if (end.passed()) {
            return false;
        }
        tick();
        clock.sleep(end.at_most(k_poll));
    }
    return true;
}

}  // namespace

std::string lock_holder(const std::string& host, int pid,
                        clock::WallTime since) {
    return fmt::format("host '{}', pid {}, since {}", host, pid,
                       clock::format_utc(since));
}

files::FileLock lock_file(const std::filesystem::path& folder,
                          const std::string& task, clock::Duration wait,
                          const Tick& tick) {
    const auto path = folder / (task + ".lock");
    std::optional<files::FileLock> lock;
    const auto attempt = [&] {
        lock = files::FileLock::try_lock(
            path,
            lock_holder(host_name(), getpid(), clock::system_clock().now()));
        return lock.has_value();
    };
    if (!try_until(attempt, wait, tick)) {
        refuse(task, files::FileLock::holder(path));
    }
    return std::move(*lock);
}

void lock_database(db::Connection& connection, const std::string& task,
                   clock::Duration wait, const Tick& tick) {
    const auto attempt = [&] { return db::try_task_lock(connection, task); };
    if (!try_until(attempt, wait, tick)) {
        refuse(task, db::task_lock_holder(connection, task));
    }
}

}  // namespace lark_batch::run
