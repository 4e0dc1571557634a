// An flock(2) on a file: the kernel frees it when the holder dies, so a
// crash needs no clean-up and a reused pid fools nobody.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lark_batch::files {

class FileLock {
public:
    // Nothing when another process holds it. `holder` is written into the
    // file for the loser to read. Creates the file and its folder.
    static std::optional<FileLock> try_lock(const std::filesystem::path& path,
                                            const std::string& holder);

    // What the present or last holder wrote, empty if unreadable.
    static std::string holder(const std::filesystem::path& path);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    // Gives the lock back, whoever has a copy of the descriptor.
    ~FileLock();

    // Programs that inherit it hold the lock, too, until it is given back.
    int descriptor() const { return m_descriptor; }

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}

    int m_descriptor = -1;
};

}  // namespace lark_batch::files
