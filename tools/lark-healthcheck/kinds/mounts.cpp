#include "tools/lark-healthcheck/kinds/mounts.hpp"

#include <algorithm>
#include <array>

#include "lib/text/strings.hpp"

namespace lark_batch::healthcheck {

namespace {

// On disks of this machine or of others. Any else is the kernel's, or made of
// memory, or an image that cannot be written.
constexpr auto k_real = std::to_array<std::string_view>(
    {"ext2",     "ext3",      "ext4",           "xfs",
     "btrfs",    "zfs",       "f2fs",           "jfs",
     "reiserfs", "vfat",      "exfat",          "ntfs",
     "ntfs3",    "nfs",       "nfs4",           "cifs",
     "smb3",     "ceph",      "ocfs2",          "gfs2",
     "lustre",   "glusterfs", "fuse.glusterfs", "fuse.sshfs",
     "9p",       "virtiofs",  "fuseblk",        "bcachefs",
     "fuse.ceph"});

bool is_real(const Mount& mount) {
    // The root of a container, but not those that its host sees.
    return std::ranges::find(k_real, mount.type) != k_real.end() ||
           (mount.type == "overlay" && mount.point == "/");
}

bool is_octal(std::string_view text) {
    return text.size() == 3 && std::ranges::all_of(text, [](char c) {
               return c >= '0' && c <= '7';
           });
}

// A blank is written as \040.
std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto code = text.substr(at + 1, 3);
        if (text[at] == '\\' && is_octal(code)) {
            plain += static_cast<char>((code[0] - '0') * 64 +
                                       (code[1] - '0') * 8 + (code[2] - '0'));
            at += 3;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

}  // namespace

// "36 35 98:0 /root /point options [tags] - type source more"
std::vector<Mount> read_mounts(std::string_view mountinfo) {
    std::vector<Mount> mounts;
    for (const std::string& line : text::split(mountinfo, '\n')) {
        const auto dash = line.find(" - ");
        const auto fields = text::split(line.substr(0, dash), ' ');
        if (dash == std::string::npos || fields.size() < 6) {
            continue;
        }
        const auto rest = std::string_view{line}.substr(dash + 3);
        mounts.push_back({unescaped(fields[4]),
                          std::string{rest.substr(0, rest.find(' '))},
                          fields[2]});
    }
    return mounts;
}

std::vector<Mount> real_mounts(
    const std::vector<Mount>& all,
    const std::function<bool(const std::string&)>& is_folder) {
    std::vector<Mount> real;
    for (const Mount& mount : all) {
        if (!is_real(mount) || !is_folder(mount.point)) {
            continue;
        }
        // A folder that is mounted twice: the shortest place names it best.
        const auto same = std::ranges::find(real, mount.device, &Mount::device);
        if (same == real.end()) {
            real.push_back(mount);
        } else if (mount.point.size() < same->point.size()) {
            *same = mount;
        }
    }
    return real;
}

}  // namespace lark_batch::healthcheck
