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

// False once another process has removed or replaced it.
bool is_still_at(const Descriptor& file, const std::filesystem::path& path) {
    struct stat mine {};
    struct stat present {};
    return fstat(file.get(), &mine) == 0 && stat(path.c_str(), &present) == 0 &&
           mine.st_dev == present.st_dev && mine.st_ino == present.st_ino;
}

// Open for appending and locked against other processes until it is closed.
Descriptor open_locked(const std::filesystem::path& path) {
    std::error_code ignored;  // open() reports what matters
    std::filesystem::create_directories(path.parent_path(), ignored);
    for (;;) {
        Descriptor file{open_or_make(path, O_RDWR | O_APPEND)};
        if (!file || flock(file.get(), LOCK_EX) != 0) {
            fail(path);
        }
        // Whoever had the lock may have removed the file: what is written to
        // it would be lost.
        if (is_still_at(file, path)) {
            return file;
        }
    }
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

// All of it to the end of the other one. False on any fault.
bool copy_behind(const Descriptor& from, const Descriptor& to) {
    std::string buffer(std::size_t{64} << 10U, '\0');
    off_t at = 0;
    for (;;) {
        const ssize_t got = pread(from.get(), buffer.data(), buffer.size(), at);
        if (got <= 0) {
            return got == 0 && fsync(to.get()) == 0;
        }
        if (!write_all(to.get(), {buffer.data(), static_cast<size_t>(got)})) {
            return false;
        }
        at += got;
    }
}

struct Piece {
    off_t begin = 0;
    std::vector<std::string> lines;
};

// The last whole lines of the first `size` bytes: as many as fit, at least
// one. False when the file cannot be read.
bool read_last(const Descriptor& file, off_t size, std::size_t most,
               Piece& piece) {
    const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(most));
    std::string text(static_cast<std::size_t>(size - begin), '\0');
    if (pread(file.get(), text.data(), text.size(), begin) !=
        static_cast<ssize_t>(text.size())) {
        return false;
    }
    const std::size_t first = begin == 0 ? 0 : text.find('\n') + 1;
    if (begin > 0 && (first == 0 || first == text.size())) {
        return read_last(file, size, most * 2, piece);
    }
    piece.begin = begin + static_cast<off_t>(first);
    piece.lines = text::split(std::string_view{text}.substr(first), '\n');
    piece.lines.pop_back();
    std::erase(piece.lines, "");
    return true;
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

void Spool::set_aside() const {
    const Descriptor fresh = open_locked(m_path);
    if (!cut_part(fresh, m_path)) {
        fail(m_path);
    }
    if (size_of(fresh) == 0) {
        return;
    }
    const Descriptor claimed = open_locked(claimed_path());
    if (!cut_part(claimed, claimed_path()) || !copy_behind(fresh, claimed)) {
        fail(claimed_path());
    }
    if (ftruncate(fresh.get(), 0) != 0) {
        fail(m_path);
    }
}

void Spool::drain(std::size_t piece, const Taker& take) const {
    std::error_code missing;
    if (!std::filesystem::exists(m_path, missing) &&
        !std::filesystem::exists(claimed_path(), missing)) {
        return;
    }
    set_aside();
    const Descriptor file = open_locked(claimed_path());
    if (!cut_part(file, claimed_path())) {
        fail(claimed_path());
    }
    while (const off_t size = size_of(file)) {
        Piece last;
        if (!read_last(file, size, piece, last)) {
            fail(claimed_path());
        }
        if (!take(last.lines)) {
            return;
        }
        if (ftruncate(file.get(), last.begin) != 0) {
            fail(claimed_path());
        }
    }
    discard_claimed();
}

void Spool::discard_claimed() const {
    std::error_code ignored;  // a record that comes again is known by its id
    std::filesystem::remove(claimed_path(), ignored);
}

std::size_t Spool::size() const {
    return lines_of(m_path).size() + lines_of(claimed_path()).size();
}

}  // namespace lark_batch::files
