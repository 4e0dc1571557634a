#include "lib/files/spool.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"
#include "lib/files/files.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::files {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
    throw errors::Error{
        errors::Kind::unavailable,
        "cannot write spool '" + path.string() + "': " + std::strerror(errno),
        "check free space and the owner of the folder"};
}

// Open for appending and locked against other processes until it is closed.
Descriptor open_locked(const std::filesystem::path& path) {
    std::error_code ignored;  // open() reports what matters
    std::filesystem::create_directories(path.parent_path(), ignored);
    Descriptor file{
        open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0640)};
    if (!file || flock(file.get(), LOCK_EX) != 0) {
        fail(path);
    }
    return file;
}

off_t size_of(const Descriptor& file) {
    struct stat status {};
    return fstat(file.get(), &status) == 0 ? status.st_size : 0;
}

// A long outage of the database must not make the spool unreadable.
constexpr std::size_t k_largest = std::size_t{4} << 30U;

// What a crash in the middle of a write left behind was never acknowledged.
off_t end_of_last_line(const std::filesystem::path& path) {
    const std::string content = read(path, k_largest);
    return static_cast<off_t>(content.rfind('\n') + 1);
}

bool cut_part(const Descriptor& file, const std::filesystem::path& path) {
    const off_t size = size_of(file);
    char last = '\n';
    if (size > 0 && pread(file.get(), &last, 1, size - 1) != 1) {
        return false;
    }
    return last == '\n' || ftruncate(file.get(), end_of_last_line(path)) == 0;
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    if (!std::filesystem::exists(path)) {
        return {};
    }
    std::vector<std::string> lines = text::split(read(path, k_largest), '\n');
    lines.pop_back();  // what follows the last newline: nothing, or a part
    std::erase(lines, "");
    return lines;
}

}  // namespace

std::filesystem::path Spool::claimed_path() const {
    std::filesystem::path path = m_path;
    path += ".claimed";
    return path;
}

void Spool::append(std::string_view record) const {
    const Descriptor file = open_locked(m_path);
    if (!cut_part(file, m_path)) {
        fail(m_path);
    }
    const off_t before = size_of(file);
    const std::string line = std::string{record} + "\n";
    if (write_all(file.get(), line) && fsync(file.get()) == 0) {
        return;
    }
    const int fault = errno;
    static_cast<void>(ftruncate(file.get(), before));
    errno = fault;
    fail(m_path);
}

std::vector<std::string> Spool::claim() const {
    const Descriptor file = open_locked(m_path);
    const std::vector<std::string> fresh = lines_of(m_path);
    std::vector<std::string> all = lines_of(claimed_path());
    if (!fresh.empty()) {
        all.insert(all.end(), fresh.begin(), fresh.end());
        replace(claimed_path(), text::join(all, "\n") + "\n");
        if (ftruncate(file.get(), 0) != 0) {
            fail(m_path);
        }
    }
    return all;
}

void Spool::discard_claimed() const {
    std::error_code ignored;  // a record that comes again is known by its id
    std::filesystem::remove(claimed_path(), ignored);
}

std::size_t Spool::size() const {
    return lines_of(m_path).size() + lines_of(claimed_path()).size();
}

}  // namespace lark_batch::files
