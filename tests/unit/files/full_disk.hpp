// A disk that is full after some bytes: the kernel's limit on file sizes.
#pragma once

#include <signal.h>
#include <sys/resource.h>

namespace lark_batch::files {

class FullDisk {
public:
    // No file may be written beyond `bytes`.
    explicit FullDisk(rlim_t bytes) : m_old_action(signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &m_old);
        const rlimit limit{bytes, m_old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &m_old);
        signal(SIGXFSZ, m_old_action);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit m_old{};
    sighandler_t m_old_action;
};

}  // namespace lark_batch::files
