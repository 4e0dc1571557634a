#include "tests/support/temp_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <system_error>

namespace lark_batch::test {

namespace {

namespace fs = std::filesystem;

struct Kept {
    std::mutex mutex;
    std::vector<fs::path> paths;
};

// Never destroyed: servers that are static objects leave after it would.
Kept& kept() {
    static Kept* const all = new Kept;
    return *all;
}

bool keep() {
    return std::getenv("KEEP_TEST_DIR") != nullptr;
}

}  // namespace

TempDir::TempDir() {
    std::string name = fs::temp_directory_path() / "lark-batch-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(),
                                "cannot make '" + name + "'");
    }
    m_path = name;
    fs::permissions(m_path, fs::perms{0755});
    if (keep()) {
        const std::lock_guard lock{kept().mutex};
        kept().paths.push_back(m_path);
    }
}

TempDir::~TempDir() {
    if (!keep()) {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
}

fs::path TempDir::write(const std::string& name,
                        std::string_view content) const {
    const auto path = m_path / name;
    fs::create_directories(path.parent_path());
    std::ofstream file{path, std::ios::binary};
    file << content;
    file.close();
    if (!file) {
        throw std::runtime_error("cannot write '" + path.string() + "'");
    }
    return path;
}

std::string read_file(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<fs::path> kept_dirs() {
    const std::lock_guard lock{kept().mutex};
    return kept().paths;
}

}  // namespace lark_batch::test
