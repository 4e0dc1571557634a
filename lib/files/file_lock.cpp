#include "lib/files/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"
#include "lib/files/files.hpp"

namespace lark_batch::files {

namespace {

int open_lock_file(const std::filesystem::path& path) {
    std::error_code ignored;  // open() reports what matters
    std::filesystem::create_directories(path.parent_path(), ignored);
    const int descriptor = open_or_make(path, O_RDWR);
    if (descriptor < 0) {
        throw errors::Error{errors::Kind::config,
                            "cannot open lock file '" + path.string() +
                                "': " + std::strerror(errno),
                            "set state_directory to a folder that this "
                            "user may write to"};
    }
    return descriptor;
}

}  // namespace

std::optional<FileLock> FileLock::try_lock(const std::filesystem::path& path,
                                           const std::string& holder) {
    FileLock lock{open_lock_file(path)};
    if (flock(lock.m_descriptor, LOCK_EX | LOCK_NB) != 0) {
        return std::nullopt;
    }
    // The text helps the loser only; a full disk must not cost the lock.
    if (ftruncate(lock.m_descriptor, 0) == 0) {
        write_all(lock.m_descriptor, holder + "\n");
    }
    return lock;
}

std::string FileLock::holder(const std::filesystem::path& path) {
    try {
        std::string text = read(path, 4096);
        text.erase(text.find_last_not_of('\n') + 1);
        return text;
    } catch (const errors::Error&) {
        return {};
    }
}

FileLock::FileLock(FileLock&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

FileLock::~FileLock() {
    if (m_descriptor >= 0) {
        flock(m_descriptor, LOCK_UN);
        close(m_descriptor);
    }
}

}  // namespace lark_batch::files
