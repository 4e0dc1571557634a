// A folder of the test's own, gone at the end, kept when KEEP_TEST_DIR is
// set. Others may read it, because servers run as another user.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::test {

class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path operator/(std::string_view name) const {
        return m_path / name;
    }

    // Writes a file in it and returns its path.
    std::filesystem::path write(const std::string& name,
                                std::string_view content) const;

private:
    std::filesystem::path m_path;
};

// The whole content of a file; empty when there is none.
std::string read_file(const std::filesystem::path& path);

// Folders that KEEP_TEST_DIR made us keep, or will.
std::vector<std::filesystem::path> kept_dirs();

}  // namespace lark_batch::test
