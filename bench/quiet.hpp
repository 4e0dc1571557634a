// Holds a lock file that builds on the same machine hold, too, so that none
// of them runs while the clock does.
#pragma once

#include <fcntl.h>
#include <sys/file.h>

#include <filesystem>

#include "tests/support/file_descriptor.hpp"

namespace lark_batch::bench {

class Quiet {
public:
    // An empty path locks nothing.
    explicit Quiet(const std::filesystem::path& file) {
        if (!file.empty()) {
            m_file = test::FileDescriptor{
                ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)};
            ::flock(m_file.get(), LOCK_EX);
        }
    }

private:
    test::FileDescriptor m_file;
};

}  // namespace lark_batch::bench
