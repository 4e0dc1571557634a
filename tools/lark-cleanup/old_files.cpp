#include "tools/lark-cleanup/old_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "lib/errors/error.hpp"
#include "lib/files/descriptor.hpp"
#include "tools/lark-cleanup/known_programs.hpp"

namespace lark_batch::cleanup {

namespace {

using files::Descriptor;

constexpr int k_deepest = 32;
// files::replace() writes and renames within seconds.
constexpr clock::Duration k_temporary = std::chrono::hours{24};

struct CloseFolder {
    void operator()(DIR* folder) const { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

clock::WallTime changed_at(const struct stat& status) {
    return clock::WallTime{std::chrono::duration_cast<clock::Duration>(
        std::chrono::seconds{status.st_mtim.tv_sec} +
        std::chrono::nanoseconds{status.st_mtim.tv_nsec})};
}

class Search {
public:
    explicit Search(const FileQuestion& question) : m_question(&question) {}

    OldFiles run() {
        const std::filesystem::path& root = m_question->folder;
        const Descriptor folder{
            open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (!folder && errno == ENOENT) {
            return m_found;
        }
        struct stat status {};
        if (!folder || fstat(folder.get(), &status) != 0) {
            throw errors::Error{errors::Kind::config,
                                "cannot read folder '" + root.string() +
                                    "': " + std::strerror(errno)};
        }
        m_device = status.st_dev;
        enter(folder, root, 0);
        return m_found;
    }

private:
    void enter(const Descriptor& handle, const std::filesystem::path& path,
               int depth) {
        // fdopendir() takes its descriptor over.
        const Folder folder{fdopendir(fcntl(handle.get(), F_DUPFD_CLOEXEC, 0))};
        if (!folder) {
            fail(path);
            return;
        }
        while (const dirent* entry = readdir(folder.get())) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") {
                m_question->look_up();
                look_at(handle.get(), entry->d_name, path, depth);
            }
        }
    }

    void look_at(int folder, const char* name,
                 const std::filesystem::path& path, int depth) {
        struct stat status {};
        if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return;  // gone meanwhile
        }
        if (S_ISREG(status.st_mode)) {
            judge(folder, name, path, status);
        }
        if (S_ISDIR(status.st_mode) && status.st_dev == m_device &&
            m_question->depth == Depth::whole_tree && depth < k_deepest) {
            enter_below(folder, name, path, depth);
        }
    }

    void enter_below(int folder, const char* name,
                     const std::filesystem::path& path, int depth) {
        const Descriptor below{openat(
            folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
        if (below) {
            enter(below, path / name, depth + 1);
        } else {
            fail(path / name);
        }
    }

    void judge(int folder, const char* name, const std::filesystem::path& path,
               const struct stat& status) {
        const auto cutoff = m_question->cutoff(name);
        const clock::WallTime changed = changed_at(status);
        if (!cutoff || changed >= *cutoff) {
            return;
        }
        ++m_found.eligible;
        m_found.bytes += static_cast<double>(status.st_size);
        const std::string time = clock::format_utc(changed);
        if (m_found.oldest.empty() || time < m_found.oldest) {
            m_found.oldest = time;
        }
        if (!m_question->may_remove()) {
            return;
        }
        if (unlinkat(folder, name, 0) == 0 || errno == ENOENT) {
            ++m_found.deleted;
            m_question->removed();
        } else {
            fail(path / name);
        }
    }

    void fail(const std::filesystem::path& path) {
        if (m_found.failed++ == 0) {
            m_found.first_failure =
                "'" + path.string() + "': " + std::strerror(errno);
        }
    }

    const FileQuestion* m_question;
    dev_t m_device = 0;
    OldFiles m_found;
};

bool is_leftover_of(std::string_view name, std::string_view suffix) {
    if (!name.ends_with(suffix)) {
        return false;
    }
    name.remove_suffix(suffix.size());
    return is_ours(name) && !is_known_program(name);
}

// "lark-x.spool.broken", set aside by hand or by another release.
bool is_set_aside(std::string_view name) {
    return is_ours(name) && name.find(".spool.") != std::string_view::npos &&
           !name.ends_with(".spool.claimed");
}

}  // namespace

OldFiles clean_files(const FileQuestion& question) {
    return Search{question}.run();
}

std::optional<clock::WallTime> leftover_cutoff(std::string_view name,
                                               clock::WallTime now,
                                               clock::Duration retention) {
    if (is_ours(name) && name.ends_with(".new")) {
        return now - k_temporary;
    }
    const bool leftover = is_set_aside(name) ||
                          is_leftover_of(name, ".spool") ||
                          is_leftover_of(name, ".spool.claimed") ||
                          is_leftover_of(name, ".pushed");
    return leftover ? std::optional{now - retention} : std::nullopt;
}

}  // namespace lark_batch::cleanup
