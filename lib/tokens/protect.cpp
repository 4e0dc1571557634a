#include "lib/tokens/protect.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace lark_batch::tokens {

void protect_memory() {
    // A core file's size limit does not hold for dumps that are piped to a
    // program, such as systemd-coredump; not being dumpable holds for both.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    rlimit locked{};
    if (getrlimit(RLIMIT_MEMLOCK, &locked) == 0 &&
        locked.rlim_cur == RLIM_INFINITY) {
        mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
    }
}

}  // namespace lark_batch::tokens
