#include "lib/files/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"

namespace lark_batch::files {

namespace {

using errors::Error;
using errors::Kind;

[[noreturn]] void fail(Kind kind, const std::string& what,
                       const std::filesystem::path& path,
                       const std::string& hint = {}) {
    throw Error{
        kind, what + " '" + path.string() + "': " + std::strerror(errno), hint};
}

Descriptor open_to_read(const std::filesystem::path& path) {
    Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) {
        fail(Kind::config, "cannot read", path);
    }
    return file;
}

std::string read_from(const Descriptor& file, const std::filesystem::path& path,
                      std::size_t limit) {
    std::string content;
    char buffer[65536];
    for (;;) {
        const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
        if (count < 0) {
            fail(Kind::config, "cannot read", path);
        }
        if (count == 0) {
            return content;
        }
        content.append(buffer, static_cast<std::size_t>(count));
        if (content.size() > limit) {
            throw Error{Kind::config, "'" + path.string() +
                                          "' is larger than " +
                                          std::to_string(limit) + " bytes"};
        }
    }
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : ".";
}

// Only of a file that was made just now: the folder's owner could have put a
// link to somebody else's in its place.
void give_to_owner_of_folder(int descriptor,
                             const std::filesystem::path& path) {
    struct stat folder {};
    if (stat(folder_of(path).c_str(), &folder) == 0) {
        // Where the file system has no owners, all is well without.
        [[maybe_unused]] const int given =
            fchown(descriptor, folder.st_uid, folder.st_gid);
    }
}

void sync_folder(const std::filesystem::path& path) {
    const auto folder = folder_of(path);
    const Descriptor handle{
        open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (handle) {
        fsync(handle.get());
    }
}

// On a full disk the part would keep its space. errno stays as it is.
void remove_quietly(const std::filesystem::path& path) {
    const int fault = errno;
    unlink(path.c_str());
    errno = fault;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

int open_or_make(const std::filesystem::path& path, int flags) {
    constexpr mode_t mode = 0640;
    flags |= O_CREAT | O_CLOEXEC;
    const int made = open(path.c_str(), flags | O_EXCL, mode);
    if (made < 0) {
        return errno == EEXIST ? open(path.c_str(), flags, mode) : -1;
    }
    if (geteuid() == 0) {
        give_to_owner_of_folder(made, path);
    }
    return made;
}

bool write_all(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t count = write(descriptor, content.data(), content.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        content.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::string read(const std::filesystem::path& path, std::size_t limit) {
    return read_from(open_to_read(path), path, limit);
}

text::Secret read_secret(const std::filesystem::path& path) {
    const Descriptor file = open_to_read(path);
    struct stat status {};
    if (fstat(file.get(), &status) != 0) {
        fail(Kind::config, "cannot read", path);
    }
    if (S_ISREG(status.st_mode) && (status.st_mode & 0007U) != 0) {
        throw Error{Kind::config,
                    "secret file '" + path.string() +
                        "' is open to every user of this machine",
                    "chmod o= '" + path.string() + "'"};
    }
    std::string content = read_from(file, path, 65536);
    // Editors end lines in either way; no secret does.
    content.erase(content.find_last_not_of("\r\n") + 1);
    if (content.empty()) {
        throw Error{Kind::config,
                    "secret file '" + path.string() + "' is empty"};
    }
    if (std::ranges::any_of(content, is_control)) {
        throw Error{Kind::config,
                    "secret file '" + path.string() +
                        "' holds control characters or several lines",
                    "it must hold the secret alone, on one line"};
    }
    return text::Secret{std::move(content)};
}

void replace(const std::filesystem::path& path, std::string_view content) {
    std::filesystem::path temporary = path;
    temporary += ".new";
    const Descriptor file{open_or_make(temporary, O_WRONLY | O_TRUNC)};
    if (!file || !write_all(file.get(), content) || fsync(file.get()) != 0) {
        remove_quietly(temporary);
        fail(Kind::unavailable, "cannot write", temporary,
             "check free space and the owner of the folder");
    }
    if (rename(temporary.c_str(), path.c_str()) != 0) {
        remove_quietly(temporary);
        fail(Kind::unavailable, "cannot replace", path);
    }
    sync_folder(path);
}

}  // namespace lark_batch::files
