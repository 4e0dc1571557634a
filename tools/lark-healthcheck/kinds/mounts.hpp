// The file systems of this machine, as /proc/self/mountinfo lists them.
// https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
#pragma once

#include <functional>
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
// images that are full by nature, each device once. A single file that is
// mounted, as a container's /etc/hosts, gives its device no name;
// is_folder(point) tells.
std::vector<Mount> real_mounts(
    const std::vector<Mount>& all,
    const std::function<bool(const std::string&)>& is_folder);

}  // namespace lark_batch::healthcheck
