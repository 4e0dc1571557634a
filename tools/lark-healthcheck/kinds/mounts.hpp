// The file systems of this machine, as /proc/self/mountinfo lists them.
// https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lark_batch::healthcheck {

struct Mount {
    std::string point;
    std::string type;
    std::string device;  // "8:1"
};

// Every line of mountinfo; one that is no such line is passed over.
std::vector<Mount> read_mounts(std::string_view mountinfo);

// Those that hold files of somebody's: no kernel interfaces, no memory, no
// images that are full by nature, each device once.
std::vector<Mount> real_mounts(const std::vector<Mount>& all);

}  // namespace lark_batch::healthcheck
