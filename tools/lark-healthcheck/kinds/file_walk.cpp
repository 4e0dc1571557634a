#include "tools/lark-healthcheck/kinds/file_walk.hpp"

#include <fnmatch.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

#include "lib/errors/error.hpp"
#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

namespace fs = std::filesystem;

class Walk {
public:
    Walk(Folders folders, const clock::Deadline& deadline,
         const std::function<void(const FoundFile&)>& visit)
        : m_folders(folders), m_deadline(deadline), m_visit(visit) {}

    // Expands parts[at] and those behind it, below `folder`.
    void expand(const fs::path& folder, const std::vector<std::string>& parts,
                std::size_t at);
    std::vector<std::string>& unreadable() { return m_unreadable; }

private:
    void match(const fs::path& path);
    void take(const fs::path& path, const struct stat& status);
    void list(const fs::path& folder);
    void each(const fs::path& folder,
              const std::function<void(const fs::directory_entry&)>& act);

    Folders m_folders;
    const clock::Deadline& m_deadline;
    const std::function<void(const FoundFile&)>& m_visit;
    std::vector<std::string> m_unreadable;
};

void Walk::each(const fs::path& folder,
                const std::function<void(const fs::directory_entry&)>& act) {
    std::error_code fault;
    fs::directory_iterator entry{folder, fault};
    while (!fault && entry != fs::directory_iterator{}) {
        if (m_deadline.passed()) {
            throw errors::Error{errors::Kind::timeout,
                                "too many files to look at in time"};
        }
        act(*entry);
        entry.increment(fault);
    }
    // Gone meanwhile is no trouble, nor is a link to itself.
    const int number = fault.value();
    if (fault && number != ENOENT && number != ENOTDIR && number != ELOOP) {
        m_unreadable.push_back(folder.string());
    }
}

void Walk::expand(const fs::path& folder, const std::vector<std::string>& parts,
                  std::size_t at) {
    if (at == parts.size()) {
        match(folder);
        return;
    }
    const std::string& part = parts[at];
    if (part.find_first_of("*?[") == std::string::npos) {
        expand(folder / part, parts, at + 1);
        return;
    }
    each(folder, [&](const auto& entry) {
        const fs::path name = entry.path().filename();
        if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0) {
            expand(entry.path(), parts, at + 1);
        }
    });
}

void Walk::match(const fs::path& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) {
        if (errno == EACCES) {
            m_unreadable.push_back(path.string());
        }
        return;
    }
    if (S_ISDIR(status.st_mode)) {
        list(path);
    } else {
        take(path, status);
    }
}

// Not recursive_directory_iterator: it ends for good at the first folder that
// somebody removes meanwhile.
void Walk::list(const fs::path& folder) {
    std::vector<fs::path> pending{folder};
    while (!pending.empty()) {
        const fs::path next = std::move(pending.back());
        pending.pop_back();
        each(next, [&](const fs::directory_entry& entry) {
            struct stat status {};
            if (stat(entry.path().c_str(), &status) != 0) {
                return;
            }
            std::error_code fault;
            if (!S_ISDIR(status.st_mode)) {
                take(entry.path(), status);
            } else if (m_folders == Folders::recursive &&
                       !entry.is_symlink(fault)) {
                pending.push_back(entry.path());
            }
        });
    }
}

void Walk::take(const fs::path& path, const struct stat& status) {
    m_visit({path.string(),
             static_cast<double>(status.st_mtim.tv_sec) +
                 static_cast<double>(status.st_mtim.tv_nsec) / 1e9,
             static_cast<double>(status.st_size)});
}

}  // namespace

std::vector<std::string> find_files(
    const std::string& pattern, Folders folders,
    const clock::Deadline& deadline,
    const std::function<void(const FoundFile&)>& visit) {
    std::vector<std::string> parts;
    for (std::string& part : text::split(pattern, '/')) {
        if (!part.empty()) {
            parts.push_back(std::move(part));
        }
    }
    Walk walk{folders, deadline, visit};
    walk.expand("/", parts, 0);
    return std::move(walk.unreadable());
}

}  // namespace lark_batch::healthcheck
