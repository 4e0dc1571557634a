// The kind `disk`: this machine's file systems.
#include <doctest/doctest.h>

#include "tests/healthcheck/fixture.hpp"
#include "tests/healthcheck/web_look.hpp"
#include "tests/support/temp_dir.hpp"
#include "tools/lark-healthcheck/kinds/mounts.hpp"

namespace lark_batch::healthcheck::test {

TEST_CASE("disk: one path says how full its file system is") {
    const Seen seen = look({"disk", "/", "--crit", "100", "--inodes-crit",
                            "100", "--inodes-warn", "100"});
    CHECK(seen.state == State::ok);
    CHECK(has(seen.message, "/ is "));
    REQUIRE(seen.measured("used") != nullptr);
    CHECK(seen.measured("used")->exported);
    CHECK(seen.measured("used")->value <= 100);
    CHECK(seen.measured("free")->unit == "B");
}

TEST_CASE("disk: every limit is judged") {
    CHECK(look({"disk", "/proc", "--crit", "100"}).state == State::ok);
    const Seen few =
        look({"disk", "/", "--crit", "100", "--free-crit", "9000000GiB:"});
    CHECK(few.state == State::critical);
    CHECK(has(few.message, "/ has "));
    CHECK(look({"disk", "/", "--crit", "100:"}).state == State::critical);
}

TEST_CASE("disk: several paths have one exported worst") {
    const Seen seen = look({"disk", "/", "/proc", "--crit", "100"});
    CHECK(has(seen.message, "2 file systems, the fullest: "));
    REQUIRE(seen.measured("used /") != nullptr);
    CHECK(!seen.measured("used /")->exported);
    REQUIRE(seen.measured("used") != nullptr);
    CHECK(seen.measured("used")->exported);
}

TEST_CASE("disk: a path that is not there, or no mount point") {
    CHECK(look({"disk", "/no/such"}).str() ==
          "CRITICAL: /no/such: No such file or directory");
    const lark_batch::test::TempDir folder;
    CHECK(has(look({"disk", folder.path(), "--mounted", "--crit", "100"}).str(),
              "CRITICAL: " + folder.path().string() + " is not mounted"));
    // Not /, which is no mount point for who lives in a chroot.
    CHECK(look({"disk", "/proc", "--mounted", "--crit", "100"}).state ==
          State::ok);
    CHECK(look({"disk", "/proc//", "--mounted", "--crit", "100"}).state ==
          State::ok);
    CHECK(look({"disk", "--exclude", "//", "--crit", "100"})
              .message.find("/ is ") == std::string::npos);
}

TEST_CASE("disk: real file systems are told from the kernel's own") {
    const auto all = read_mounts(
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
        "23 22 0:20 / /proc rw - proc proc rw\n"
        "24 22 8:2 / /my\\040disk rw master:1 - xfs /dev/sdb rw\n"
        "25 22 8:2 /a /srv/bind rw - xfs /dev/sdb rw\n"
        "26 22 0:30 / /mnt/share rw - nfs4 host:/x rw\n"
        "27 22 0:31 / /var/lib/docker/overlay2/x/merged rw - overlay o rw\n"
        "28 22 7:0 / /snap/core ro - squashfs /dev/loop0 ro\n"
        "broken line\n");
    CHECK(all.size() == 7);
    const auto real = real_mounts(all, [](const auto&) { return true; });
    REQUIRE(real.size() == 3);
    CHECK(real[0].point == "/");
    CHECK(real[1].point == "/my disk");
    CHECK(real[2].point == "/mnt/share");
}

TEST_CASE("disk: a mounted file gives a container's volume no name") {
    const auto real = real_mounts(
        read_mounts("1 0 0:9 / / rw - overlay o rw\n"
                    "2 1 8:1 /x/hosts /etc/hosts rw - ext4 /dev/sda1 rw\n"
                    "3 1 8:1 /v /var/lib/postgresql rw - ext4 /dev/sda1 rw\n"),
        [](const std::string& point) { return point != "/etc/hosts"; });
    REQUIRE(real.size() == 2);
    CHECK(real[0].point == "/");
    CHECK(real[1].point == "/var/lib/postgresql");
}

}  // namespace lark_batch::healthcheck::test
